namespace Gateway.Bus.Redis.Presence;

/// <summary>
/// A target's presence is a hash: field user id, value <c>{"n": name, "p": {instance: connections}}</c>. An instance is one life of a pod:
/// its name, a slash and eight random characters. The script that changes an entry also publishes its event, so that the order of events is
/// the order of states. A user is present while its entry exists, so each end of presence has one event, whichever pod removes the entry.
/// </summary>
internal static class PresenceScripts
{
    /// <summary>
    /// KEYS: hash, stream of events, online users. ARGV: instance, its pod, instances that have ended (one per line), room or "", channel to
    /// announce to or "", "1" to announce user_offline too.
    /// </summary>
    private const string Prelude = """
        local me, pod, room, channel = ARGV[1], ARGV[2], ARGV[4], ARGV[5]
        local ended = {}
        for i in string.gmatch(ARGV[3], '[^\n]+') do ended[i] = true end
        local function podOf(instance) return string.sub(instance, 1, -10) end

        local function event(name, user)
          local time = redis.call('TIME')
          local fields = {'XADD', KEYS[2], 'MAXLEN', '~', '100000', '*', 'event', name, 'pod', pod, 'at', time[1] .. string.format('%03d', math.floor(time[2] / 1000))}
          if user then fields[#fields + 1] = 'user' fields[#fields + 1] = user end
          if room ~= '' then fields[#fields + 1] = 'room' fields[#fields + 1] = room end
          redis.pcall(unpack(fields))
        end

        local function announce(type, user, name, status)
          if channel == '' then return end
          redis.pcall('PUBLISH', channel, cjson.encode({type = type, content = {user_id = user, user_name = name, status = status}}))
        end

        -- Removes the instances that do not count any more: those that have ended, and earlier lives of this pod.
        local function prune(entry)
          local changed = false
          for i in pairs(entry.p) do
            if i ~= me and (ended[i] or podOf(i) == pod) then
              entry.p[i] = nil
              changed = true
            end
          end
          return changed
        end

        local function store(user, entry, before)
          local after = next(entry.p) ~= nil
          if after then
            redis.call('HSET', KEYS[1], user, cjson.encode(entry))
          elseif before then
            redis.call('HDEL', KEYS[1], user)
          end
          if before == after then return end
          if after and room == '' then redis.call('ZADD', KEYS[3], 0, user) end
          if not after and room == '' then redis.call('ZREM', KEYS[3], user) end
          if after and room ~= '' and redis.call('HLEN', KEYS[1]) == 1 then event('occupied') end
          event(after and 'connect' or 'leave', user)
          announce('user_status', user, entry.n, after and 'online' or 'offline')
          if not after and ARGV[6] == '1' then announce('user_offline', user, entry.n, 'offline') end
          if not after and room ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then event('vacated') end
        end

        """;

    /// <summary>Sets how many connections this instance has. ARGV from 7: user, name, connections.</summary>
    public const string Set = Prelude + """
        local user, connections = ARGV[7], tonumber(ARGV[9])
        local value = redis.call('HGET', KEYS[1], user)
        local entry = value and cjson.decode(value) or {p = {}}
        prune(entry)
        if connections > 0 then
          entry.p[me], entry.n = connections, ARGV[8]
        else
          entry.p[me] = nil
        end
        entry.n = entry.n or ARGV[8]
        store(user, entry, value ~= false)
        """;

    /// <summary>
    /// Prunes a part of the entries. ARGV from 7: cursor, count, a pod. Returns the next cursor and the instances of that pod which are left.
    /// </summary>
    public const string Clean = Prelude + """
        local found = redis.call('HSCAN', KEYS[1], ARGV[7], 'COUNT', ARGV[8])
        local left = {}
        for i = 1, #found[2], 2 do
          local user, entry = found[2][i], cjson.decode(found[2][i + 1])
          if prune(entry) then store(user, entry, true) end
          for instance in pairs(entry.p) do
            if podOf(instance) == ARGV[9] then left[instance] = true end
          end
        end
        local reply = {found[1]}
        for instance in pairs(left) do reply[#reply + 1] = instance end
        return reply
        """;

    /// <summary>Reads about so many entries. Returns how many there are, the cursor (0: all were read), then users and values in turn.</summary>
    public const string Read = """
        local reply, cursor, count = {redis.call('HLEN', KEYS[1]), '0'}, '0', tonumber(ARGV[1])
        repeat
          local page = redis.call('HSCAN', KEYS[1], cursor, 'COUNT', count)
          cursor = page[1]
          for _, value in ipairs(page[2]) do reply[#reply + 1] = value end
        until cursor == '0' or #reply > 2 * count
        reply[2] = cursor
        return reply
        """;

    /// <summary>Keeps a lease of this incarnation; 0 if it is lost. KEYS: lease. ARGV: incarnation, milliseconds.</summary>
    public const string Renew = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2])
        """;

    /// <summary>Removes targets of a pod unless it has come back. KEYS: lease, set of targets, pods. ARGV: pod, targets.</summary>
    public const string Forget = """
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        if #ARGV > 1 then redis.call('SREM', KEYS[2], unpack(ARGV, 2)) end
        if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], ARGV[1]) end
        return 1
        """;
}
