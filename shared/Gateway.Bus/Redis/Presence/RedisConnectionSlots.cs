using Gateway.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Presence;

/// <summary>
/// The slots of a user are a sorted set: member <c>&lt;instance&gt; &lt;connection&gt;</c>, score the time of opening. Slots of instances that
/// have ended are removed by the pod that asks for one and finds the limit reached.
/// </summary>
internal sealed class RedisConnectionSlots(PodLease lease, RedisRequests requests, IOptions<RedisOptions> options) : IConnectionSlots
{
    private const int MaxAttempts = 8;

    /// <summary>KEYS: slots. ARGV: instance, its pod, instances that have ended, member, time, limit, "1" to replace, milliseconds to keep. Returns 1, "" and the replaced members, or 0 and the instances of the others.</summary>
    private const string Take = """
        local ended = {}
        for i in string.gmatch(ARGV[3], '[^\n]+') do ended[i] = true end
        local others = {}
        for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
          local instance = string.match(member, '^(%S+) ')
          if instance ~= ARGV[1] and (ended[instance] or string.sub(instance, 1, -10) == ARGV[2]) then
            redis.call('ZREM', KEYS[1], member)
          elseif instance ~= ARGV[1] then
            others[instance] = true
          end
        end
        local reply = {1, ''}
        local most, count = tonumber(ARGV[6]), redis.call('ZCARD', KEYS[1])
        if most > 0 and count >= most and not redis.call('ZSCORE', KEYS[1], ARGV[4]) then
          if ARGV[7] ~= '1' then
            local names = {}
            for instance in pairs(others) do names[#names + 1] = instance end
            return {0, table.concat(names, '\n')}
          end
        end
        redis.call('ZADD', KEYS[1], ARGV[5], ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[8])
        if most > 0 and ARGV[7] == '1' then
          for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, redis.call('ZCARD', KEYS[1]) - most - 1)) do
            redis.call('ZREM', KEYS[1], member)
            reply[#reply + 1] = member
          end
        end
        return reply
        """;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly RedisNames _names = new(options.Value.Prefix);

    public string? Instance => lease.Instance;

    public async Task<SlotResult> TakeAsync(ConnectionSlot slot, int most, bool replace, CancellationToken cancellation)
    {
        if (lease.Instance is not { } instance) throw new BusUnavailableException("this pod has no lease yet");

        // A user may be at the limit only because of slots of pods that have ended: that is found out before it counts.
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var reply = await RunAsync(slot, instance, most, replace: false, cancellation);
            if ((long)reply[0] == 1) return new SlotResult(IsTaken: true, []);
            if (!await HaveEndedAsync(reply[1].ToString(), cancellation)) break;
        }

        if (!replace) return new SlotResult(IsTaken: false, []);
        var replaced = await RunAsync(slot, instance, most, replace: true, cancellation);
        return new SlotResult(IsTaken: true, [.. replaced.Skip(2).Select(member => Guid.Parse(member.ToString().Split(' ')[1]))]);
    }

    public Task GiveUpAsync(IReadOnlyCollection<ConnectionSlot> slots, CancellationToken cancellation)
    {
        if (lease.Instance is not { } instance) return Task.CompletedTask;
        return requests.RunAsync(
            async database =>
            {
                await Task.WhenAll(slots.Select(slot => database.SortedSetRemoveAsync(_names.Slots(Target.User(slot.UserId)), Member(instance, slot))));
                return true;
            },
            cancellation);
    }

    private static string Member(string instance, ConnectionSlot slot) => $"{instance} {slot.ConnectionId:N}";

    private async Task<RedisValue[]> RunAsync(ConnectionSlot slot, string instance, int most, bool replace, CancellationToken cancellation)
    {
        RedisKey[] keys = [_names.Slots(Target.User(slot.UserId))];
        RedisValue[] arguments =
        [
            instance, lease.Pod, lease.Ended, Member(instance, slot), slot.Since, most, replace ? "1" : "", (long)Kept.TotalMilliseconds,
        ];
        return (RedisValue[])(await requests.RunAsync(database => database.ScriptEvaluateAsync(Take, keys, arguments), cancellation))!;
    }

    /// <summary>True if one of these instances has ended, which is not decided while other pods may only be late.</summary>
    private async Task<bool> HaveEndedAsync(string instances, CancellationToken cancellation)
    {
        if (instances.Length == 0 || lease.IsInGrace) return false;
        var found = false;
        foreach (var ofPod in instances.Split('\n').GroupBy(PodLease.PodOf)) found |= await lease.FindEndedAsync(ofPod.Key, ofPod, cancellation);
        return found;
    }
}
