using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Bus.Redis.History;

/// <summary>
/// The scripts of one life of the server. Its run id is part of their text, so that they are unknown after a restart, and the counters of
/// the life before are not continued unless the server keeps every write.
/// </summary>
internal sealed class HistoryScripts
{
    // In a full server the first write must be one that it refuses then: after another, Redis lets the rest of the script pass.
    private const string Prelude = """
        local RUN, DURABLE = '@run', @durable
        local STAMP = RUN .. (DURABLE and '+' or '')
        local function goes_on(stored)
          local id, was_durable = string.match(stored, '^(%w+)(%+?)$')
          if not id then return false end
          if id == RUN then return true, was_durable == '+' and not DURABLE end
          local mine, other = string.match(RUN, '^n(%d+)$'), string.match(id, '^n(%d+)$')
          if mine and other and tonumber(other) > tonumber(mine) then return true end
          return DURABLE and was_durable == '+', true
        end
        local function current(seq, log, epoch)
          local state = redis.call('HMGET', seq, 'epoch', 'n', 'run')
          if state[3] == STAMP then return state[1], state[2] end
          if state[1] and state[2] and state[3] then
            local same, write = goes_on(state[3])
            if same then
              if write then redis.call('HSET', seq, 'run', STAMP) end
              return state[1], state[2]
            end
          end
          redis.call('HSET', seq, 'epoch', epoch, 'n', '0', 'run', STAMP)
          redis.call('DEL', log)
          return epoch, '0'
        end

        """;

    // KEYS: counter, log, and the key of an id that the publisher chose.
    // ARGV: new epoch, channel, payload, id, size, ttl of the log, and 1 if an earlier attempt may have arrived.
    // Few arguments, because each costs the publisher CPU.
    // What the ACL forbids to publish must consume neither a number nor the id. Appending comes last, because a stream does not take
    // the same number twice.
    private const string PublishText = Prelude + """
        local seq, log, known = KEYS[1], KEYS[2], KEYS[3]
        if known then
          local place = redis.call('GET', known)
          if place then return '=' .. place end
        end
        local epoch = current(seq, log, ARGV[1])
        if ARGV[7] then
          for _, entry in ipairs(redis.call('XREVRANGE', log, '+', '-', 'COUNT', 100)) do
            if entry[2][2] == ARGV[4] then return epoch .. '.' .. string.match(entry[1], '^%d+') end
          end
        end
        local n = redis.call('HINCRBY', seq, 'n', 1)
        local place = string.format('%s.%.0f', epoch, n)
        if known then redis.call('SET', known, place, 'EX', @ids) end
        local sent = redis.pcall('PUBLISH', ARGV[2], place .. '\n' .. ARGV[3])
        if type(sent) == 'table' and sent.err then
          redis.call('HINCRBY', seq, 'n', -1)
          if known then redis.call('DEL', known) end
          return sent
        end
        redis.call('XADD', log, 'MAXLEN', ARGV[5], string.format('%.0f-0', n), 'i', ARGV[4], 'm', ARGV[3])
        redis.call('PEXPIRE', log, ARGV[6])
        redis.call('PEXPIRE', seq, ARGV[6] + @day)
        return place
        """;

    // KEYS: counter, log. ARGV: new epoch, ttl of the log.
    private const string PositionText = Prelude + """
        local epoch, n = current(KEYS[1], KEYS[2], ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2] + @day)
        return epoch .. '.' .. n
        """;

    // KEYS: counter, log. ARGV: new epoch, ttl of the log, first and last offset, limit, 1 for the newest first, bytes.
    // Returns the place, the oldest kept entry and then entry after entry: its id, its message.
    private const string ReadText = Prelude + """
        local seq, log = KEYS[1], KEYS[2]
        local epoch, n = current(seq, log, ARGV[1])
        redis.call('PEXPIRE', seq, ARGV[2] + @day)
        local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
        local reply = {epoch .. '.' .. n, oldest and oldest[1] or '0-0'}
        local first, last, left, bytes = ARGV[3], ARGV[4], tonumber(ARGV[5]), 0
        while left > 0 do
          local count = math.min(left, 16)
          local page
          if ARGV[6] == '1' then page = redis.call('XREVRANGE', log, last, first, 'COUNT', count)
          else page = redis.call('XRANGE', log, first, last, 'COUNT', count) end
          for _, entry in ipairs(page) do
            bytes = bytes + #entry[2][4]
            if bytes > tonumber(ARGV[7]) and #reply > 2 then return reply end
            reply[#reply + 1] = entry[1]
            reply[#reply + 1] = entry[2][4]
          end
          if #page < count then return reply end
          left = left - count
          local at = tonumber(string.match(page[#page][1], '^%d+'))
          if ARGV[6] == '1' then last = string.format('%.0f', at - 1) else first = string.format('%.0f', at + 1) end
        end
        return reply
        """;

    /// <param name="run">The server's run id, of letters and digits.</param>
    /// <param name="isDurable">Whether the server keeps every acknowledged write over a crash.</param>
    /// <param name="connection">The connection that the run id was read on.</param>
    public HistoryScripts(string run, bool isDurable, int connection)
    {
        Run = run;
        Connection = connection;
        Publish = Build(PublishText);
        Position = Build(PositionText);
        Read = Build(ReadText);

        Script Build(string text) => new(text
            .Replace("@run", run, StringComparison.Ordinal)
            .Replace("@durable", isDurable ? "true" : "false", StringComparison.Ordinal)
            .Replace("@ids", Number(PublishResult.IdLifetime.TotalSeconds), StringComparison.Ordinal)
            .Replace("@day", Number(HistoryPolicy.CounterOutlivesLog.TotalMilliseconds), StringComparison.Ordinal));

        static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);
    }

    public string Run { get; }

    public int Connection { get; }

    public Script Publish { get; }

    public Script Position { get; }

    public Script Read { get; }

    /// <summary>True if the server does not know the script: nothing was executed.</summary>
    public static bool IsUnknown(Exception error) => error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);
}

/// <summary>A script and the name that EVALSHA calls it by.</summary>
internal sealed class Script(string text)
{
    public string Text => text;

    /// <summary>SHA-1 is what the server computes.</summary>
#pragma warning disable CA5350
    public byte[] Sha { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    public string ShaText => Convert.ToHexStringLower(Sha);
}
