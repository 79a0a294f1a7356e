using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>Presence in a single process. There are no other pods, so there is no lease, and there is no stream of events.</summary>
internal sealed class InProcessPresence(InProcessBus bus, TimeProvider time) : IPresence
{
    private const int BatchSize = 256;

    private readonly PresenceQueue _queue = new(int.MaxValue);
    private readonly Lock _lock = new();
    private readonly Dictionary<Target, SortedDictionary<string, PresentUser>> _rooms = [];
    private readonly SortedDictionary<string, PresentUser> _online = new(StringComparer.Ordinal);

    public void Change(in PresenceChange change) => _queue.Add(change);

    public async Task RunAsync(IPresenceSource source, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await _queue.WaitAsync(cancellation);
                while (_queue.Take(BatchSize) is { Count: > 0 } batch)
                {
                    foreach (var change in batch) Apply(change, source.AudienceOf(change.Target));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    public Task<PresencePage> GetMembersAsync(Target room, int limit, CancellationToken cancellation)
    {
        lock (_lock) return Task.FromResult(_rooms.TryGetValue(room, out var users) ? Page(users, null, limit) : new PresencePage(0, [], HasMore: false));
    }

    public Task<PresencePage> GetOnlineAsync(string? after, int limit, CancellationToken cancellation)
    {
        lock (_lock) return Task.FromResult(Page(_online, after, limit));
    }

    private static PresencePage Page(SortedDictionary<string, PresentUser> users, string? after, int limit)
    {
        List<PresentUser> page = [.. users.Values.Where(user => after is null || string.CompareOrdinal(user.UserId, after) > 0).Take(limit + 1)];
        return new PresencePage(users.Count, page.Count > limit ? page[..limit] : page, page.Count > limit);
    }

    private void Apply(in PresenceChange change, PresenceAudience audience)
    {
        bool before, after = change.Connections > 0;
        lock (_lock)
        {
            var users = UsersOf_NeedsLock(change.Target);
            before = users.ContainsKey(change.UserId);
            if (after) users[change.UserId] = new PresentUser(change.UserId, change.UserName, change.Connections);
            else users.Remove(change.UserId);
            if (users.Count == 0) _rooms.Remove(change.Target);
        }

        if (before == after || audience == PresenceAudience.None) return;
        var target = audience == PresenceAudience.All ? Target.All : change.Target;
        Announce(target, "user_status", change, after ? "online" : "offline");
        if (!after && audience == PresenceAudience.All) Announce(target, "user_offline", change, "offline");
    }

    private SortedDictionary<string, PresentUser> UsersOf_NeedsLock(Target target)
    {
        if (target.Kind == TargetKind.User) return _online;
        if (_rooms.TryGetValue(target, out var users)) return users;
        return _rooms[target] = new SortedDictionary<string, PresentUser>(StringComparer.Ordinal);
    }

    private void Announce(Target target, string type, in PresenceChange change, string status)
    {
        var now = time.GetUtcNow();
        bus.Announce(new Message
        {
            Id = MessageId.New(now),
            Type = type,
            Target = target,
            Content = JsonSerializer.SerializeToUtf8Bytes(new { user_id = change.UserId, user_name = change.UserName, status }),
            Timestamp = now.ToUnixTimeMilliseconds(),
        });
    }
}
