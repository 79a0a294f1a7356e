using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Presence;

/// <summary>
/// The sign of life of this pod, and what is known of the others. Each life of a pod is an instance, <c>&lt;pod&gt;/&lt;incarnation&gt;</c>. A pod whose
/// lease is lost begins a new one, so an instance that has ended never counts again.
/// </summary>
internal sealed class PodLease(RedisRequests requests, IOptions<RedisOptions> redis, IOptions<PresenceOptions> options, TimeProvider time) : IDisposable
{
    private const int IncarnationLength = 8;
    private const int MaxEnded = 256;

    private readonly RedisNames _names = new(redis.Value.Prefix);
    private readonly TimeSpan _lease = options.Value.Lease;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _ended = [];
    private volatile string? _instance;
    private volatile string _endedText = "";
    private bool _wasInterrupted;
    private long _graceSince;
    private long _renewedAt;

    public string Pod { get; } = redis.Value.ClientName;

    public TimeSpan RenewInterval => _lease / 3;

    /// <summary>The present life of this pod; null until the first lease.</summary>
    public string? Instance => _instance;

    /// <summary>Instances whose entries do not count, one per line.</summary>
    public string Ended => _endedText;

    /// <summary>
    /// True for one lease period after the start and after an outage: the other pods may not have renewed their leases yet, so no pod's entries
    /// are removed.
    /// </summary>
    public bool IsInGrace => time.GetElapsedTime(_graceSince) < _lease;

    public bool HasEnded(string instance)
    {
        lock (_ended) return _ended.Contains(instance);
    }

    /// <summary>True if the lease was lost, or never held, and a new instance has begun.</summary>
    public async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        try
        {
            if (_instance is { } instance && await RenewAsync(instance, _lease, cancellation))
            {
                if (_wasInterrupted) _graceSince = time.GetTimestamp();
                _wasInterrupted = false;
                _renewedAt = time.GetTimestamp();
                return false;
            }

            await BeginAsync(cancellation);
            return true;
        }
        catch (BusUnavailableException)
        {
            _wasInterrupted = true;
            throw;
        }
    }

    /// <summary>Renews where a third of the lease is over.</summary>
    public async Task RenewIfDueAsync(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_renewedAt) >= RenewInterval) await RenewAsync(cancellation);
    }

    /// <summary>Begins a new instance, under which all entries have to be written again.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var incarnation = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", IncarnationLength);
            await requests.RunAsync(database => database.StringSetAsync(_names.Pod(Pod), incarnation, _lease), cancellation);
            await requests.RunAsync(database => database.SetAddAsync(_names.Pods, Pod), cancellation);
            _graceSince = _renewedAt = time.GetTimestamp();
            _wasInterrupted = false;
            _instance = InstanceOf(Pod, incarnation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_instance is { } instance) await RenewAsync(instance, TimeSpan.Zero, cancellation);
    }

    /// <summary>The other pods whose lease has expired.</summary>
    public async Task<IEnumerable<string>> ExpiredPodsAsync(CancellationToken cancellation)
    {
        var pods = await requests.RunAsync(database => database.SetMembersAsync(_names.Pods), cancellation);
        var keys = pods.Select(pod => (RedisKey)_names.Pod(pod.ToString())).ToArray();
        var leases = await requests.RunAsync(database => database.StringGetAsync(keys), cancellation);
        return [.. pods.Zip(leases).Where(pair => pair.Second.IsNull).Select(pair => pair.First.ToString()).Where(pod => pod != Pod)];
    }

    /// <summary>Finds out which of these instances of a pod have ended; true if there are any.</summary>
    public async Task<bool> FindEndedAsync(string pod, IEnumerable<string> instances, CancellationToken cancellation)
    {
        if (pod == Pod) return false;
        var incarnation = await requests.RunAsync(database => database.StringGetAsync(_names.Pod(pod)), cancellation);
        var current = incarnation.IsNull ? null : InstanceOf(pod, incarnation.ToString());
        lock (_ended)
        {
            // What is forgotten is found out again.
            if (_ended.Count > MaxEnded) _ended.Clear();
            var hasEnded = false;
            foreach (var instance in instances.Where(instance => instance != current))
            {
                _ended.Add(instance);
                hasEnded = true;
            }

            _endedText = string.Join('\n', _ended);
            return hasEnded;
        }
    }

    public void Dispose() => _turn.Dispose();

    public static string PodOf(string instance) => instance[..^(IncarnationLength + 1)];

    private static string InstanceOf(string pod, string incarnation) => $"{pod}/{incarnation}";

    private async Task<bool> RenewAsync(string instance, TimeSpan lease, CancellationToken cancellation)
    {
        var incarnation = instance[^IncarnationLength..];
        var reply = await requests.RunAsync(
            database => database.ScriptEvaluateAsync(PresenceScripts.Renew, [_names.Pod(Pod)], [incarnation, (long)lease.TotalMilliseconds]), cancellation);
        return (long)reply == 1;
    }
}
