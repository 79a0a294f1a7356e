using Gateway.Contracts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Presence;

/// <summary>Reads and writes presence entries.</summary>
internal sealed class PresenceStore(PodLease lease, RedisRequests requests, IOptions<RedisOptions> options)
{
    private const int CleanCount = 500;
    private const int PageOfTargets = 256;

    private readonly RedisNames _names = new(options.Value.Prefix);

    /// <summary>Writes a batch with at most one change per user and target, for the pod's present instance.</summary>
    public async Task WriteAsync(List<PresenceChange> batch, IPresenceSource source, CancellationToken cancellation)
    {
        var entered = batch.Where(change => change.Connections > 0).Select(change => (RedisValue)change.Target.ToString()).Distinct().ToArray();
        await requests.RunAsync(database => WriteAsync(database, batch, entered, source), cancellation);

        // Checked after the change was written: a target that is entered from now on is added by a later batch.
        var left = batch.Where(change => change.Connections == 0 && !source.Has(change.Target)).Select(change => change.Target).Distinct();
        await ForgetOwnAsync(left, cancellation);
    }

    /// <summary>Removes the entries of a pod's ended instances from one target.</summary>
    public async Task CleanAsync(Target target, string pod, IPresenceSource source, CancellationToken cancellation)
    {
        RedisValue cursor = 0;
        while (true)
        {
            var from = cursor;
            var reply = (RedisValue[])(await requests.RunAsync(
                database => database.ScriptEvaluateAsync(PresenceScripts.Clean, Keys(target), Arguments(target, source, from, CleanCount, pod)), cancellation))!;
            if (reply.Length > 1 && await lease.FindEndedAsync(pod, reply.Skip(1).Select(instance => instance.ToString()), cancellation)) continue;
            cursor = reply[0];
            if (cursor == 0) return;
        }
    }

    /// <summary>Some of the targets in which a pod may have entries.</summary>
    public Task<RedisValue[]> TargetsAsync(string pod, CancellationToken cancellation) =>
        requests.RunAsync(database => database.SetRandomMembersAsync(_names.PodTargets(pod), PageOfTargets), cancellation);

    /// <summary>All targets in which this pod may have entries.</summary>
    public async Task<List<Target>> OwnTargetsAsync(CancellationToken cancellation)
    {
        var members = await requests.RunAsync(database => database.SetMembersAsync(_names.PodTargets(lease.Pod)), cancellation);
        return ToTargets(members);
    }

    public async Task ForgetOwnAsync(IEnumerable<Target> targets, CancellationToken cancellation)
    {
        var members = targets.Select(target => (RedisValue)target.ToString()).ToArray();
        if (members.Length > 0) await requests.RunAsync(database => database.SetRemoveAsync(_names.PodTargets(lease.Pod), members), cancellation);
    }

    /// <summary>Forgets targets of a pod that has ended; false if it has come back.</summary>
    public async Task<bool> ForgetAsync(string pod, RedisValue[] targets, CancellationToken cancellation)
    {
        RedisKey[] keys = [_names.Pod(pod), _names.PodTargets(pod), _names.Pods];
        var reply = await requests.RunAsync(database => database.ScriptEvaluateAsync(PresenceScripts.Forget, keys, [pod, .. targets]), cancellation);
        return (long)reply == 1;
    }

    /// <summary>True for one pod at a time: it removes the entries of another one.</summary>
    public Task<bool> TryReapAsync(string pod, TimeSpan lifetime, CancellationToken cancellation) =>
        requests.RunAsync(database => database.StringSetAsync(_names.PodReaper(pod), lease.Pod, lifetime, When.NotExists), cancellation);

    public static List<Target> ToTargets(RedisValue[] members)
    {
        var targets = new List<Target>(members.Length);
        foreach (var member in members)
        {
            if (Target.TryParse(member, out var target)) targets.Add(target);
        }

        return targets;
    }

    private async Task<bool> WriteAsync(IDatabase database, List<PresenceChange> batch, RedisValue[] entered, IPresenceSource source)
    {
        var commands = new List<Task>(batch.Count + 2);
        if (entered.Length > 0)
        {
            // Before the entries: the pod that cleans up after this one finds them. One connection keeps the order of its commands.
            commands.Add(database.SetAddAsync(_names.Pods, lease.Pod));
            commands.Add(database.SetAddAsync(_names.PodTargets(lease.Pod), entered));
        }

        foreach (var change in batch)
            commands.Add(database.ScriptEvaluateAsync(PresenceScripts.Set, Keys(change.Target), Arguments(change.Target, source, change.UserId, change.UserName, change.Connections)));
        await Task.WhenAll(commands);
        return true;
    }

    private RedisKey[] Keys(Target target) => [_names.Presence(target), _names.Events, _names.Online];

    private RedisValue[] Arguments(Target target, IPresenceSource source, params ReadOnlySpan<RedisValue> more)
    {
        var audience = source.AudienceOf(target);
        var channel = audience switch
        {
            PresenceAudience.Room => _names.Channel(target),
            PresenceAudience.All => _names.Channel(Target.All),
            _ => "",
        };
        return
        [
            lease.Instance, lease.Pod, lease.Ended, target.Kind == TargetKind.User ? "" : target.RoomName, channel, audience == PresenceAudience.All ? "1" : "",
            .. more,
        ];
    }
}
