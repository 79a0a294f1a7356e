using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Registry;

namespace Gateway.Recovery;

/// <summary>
/// Several targets that one connection joins together: all are subscribed at once, then reported, then what was missed is sent, one
/// target after another. Who may join what was checked before.
/// </summary>
internal sealed class JoinSet(Connection connection, ReplayServices services)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly List<Entry> _entries = [];
    private readonly List<Replay> _replays = [];

    /// <summary>Rooms and tasks of the set.</summary>
    public int RoomCount => _entries.Count(entry => entry.Target.Kind is TargetKind.Room or TargetKind.Task);

    /// <summary>Targets that the bus has neither confirmed nor refused.</summary>
    public bool HasPending => _entries.Exists(entry => entry.Result is null);

    /// <summary>What became of the targets, in their order; without those that are pending.</summary>
    public List<ResumedTarget> Results => [.. _entries.Where(entry => entry.Result is not null).Select(entry => entry.Result!.Value)];

    /// <summary>Begins to join a target.</summary>
    public void Add(Target target, Position? cursor) => _entries.Add(new Entry(target, cursor) { Join = services.Registry.Begin(target) });

    /// <summary>Adds a result without a join.</summary>
    public void Add(ResumedTarget result) => _entries.Add(new Entry(result.Target, Cursor: null) { Result = result });

    /// <summary>Joins what the bus confirms in time; the rest stays pending. A target that the bus refuses has an error as its result.</summary>
    public async Task ConfirmAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var started = 0L;
        foreach (var entry in _entries)
        {
            if (entry.Result is not null) continue;
            if (!entry.Join!.Subscribed.IsCompleted)
            {
                var elapsed = started == 0 ? TimeSpan.Zero : services.Time.GetElapsedTime(started);
                if (started == 0) started = services.Time.GetTimestamp();
                await entry.Join.Subscribed.WaitAsync(elapsed < timeout ? timeout - elapsed : TimeSpan.Zero, services.Time, cancellation)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }

            if (entry.Join.Subscribed.IsCompleted) await StartAsync(entry, cancellation);
        }

        foreach (var entry in _entries)
        {
            if (entry.Result is null) connection.Memberships.AddPending(entry.Target);
        }
    }

    /// <summary>Joins what is still pending, however long the bus takes. Ends when the client has disconnected.</summary>
    public async Task ConfirmPendingAsync(CancellationToken cancellation)
    {
        foreach (var entry in _entries)
        {
            while (entry.Result is null)
            {
                await entry.Join!.Subscribed.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
                if (connection.Memberships.IsPending(entry.Target)) await StartAsync(entry, cancellation);
                else Withdraw(entry);
                if (entry.Result is null) await Task.Delay(RetryDelay, services.Time, cancellation);
            }
        }
    }

    /// <summary>Sends what was missed, target by target; the connection is a member of each when its replay ends.</summary>
    public async Task ReplayAsync(CancellationToken cancellation)
    {
        while (_replays.Count > 0)
        {
            var replay = _replays[0];
            await replay.RunAsync(_replays, cancellation);
            _replays.Remove(replay);
        }
    }

    /// <summary>Gives up what is pending, with an error as its result.</summary>
    public void AbandonPending(ResumeError error)
    {
        foreach (var entry in _entries)
        {
            if (entry.Result is not null) continue;
            services.Registry.Abandon(entry.Join!);
            connection.Memberships.RemovePending(entry.Target);
            entry.Result = new ResumedTarget(entry.Target, null, null, error);
        }
    }

    /// <summary>Gives up all that is not finished: the connection is closed.</summary>
    public void Abandon()
    {
        AbandonPending(new ResumeError(503, ""));
        foreach (var replay in _replays) replay.Abandon();
        _replays.Clear();
    }

    /// <summary>Called with a confirmed or refused subscription.</summary>
    private async Task StartAsync(Entry entry, CancellationToken cancellation)
    {
        if (entry.Join!.Subscribed.IsFaulted)
        {
            Refuse(entry, entry.Join.Subscribed.Exception.InnerException!.Message);
            return;
        }

        if (!ReplayServices.IsNeeded(entry.Join, entry.Cursor))
        {
            services.Registry.Complete(entry.Join, connection, since: null, place => entry.Result = new ResumedTarget(entry.Target, place, IsRecovered: null));
            entry.Result ??= new ResumedTarget(entry.Target, null, null);
            return;
        }

        try
        {
            var replay = await services.BeginAsync(entry.Join, connection, entry.Cursor, cancellation);
            _replays.Add(replay);
            entry.Result = new ResumedTarget(entry.Target, replay.Place, replay.IsRecovered);
        }
        catch (BusUnavailableException)
        {
            // That join is abandoned. The log can be read later.
            entry.Join = services.Registry.Begin(entry.Target);
        }
    }

    /// <summary>The client has left the target, or joined it by a command, before the bus confirmed it.</summary>
    private void Withdraw(Entry entry)
    {
        services.Registry.Abandon(entry.Join!);
        entry.Result = new ResumedTarget(entry.Target, null, null);
    }

    private void Refuse(Entry entry, string reason)
    {
        services.Registry.Abandon(entry.Join!);
        entry.Result = new ResumedTarget(entry.Target, null, null, new ResumeError(503, $"{entry.Target.RoomName} was not joined: {reason}"));
    }

    private sealed record Entry(Target Target, Position? Cursor)
    {
        public PendingJoin? Join { get; set; }

        public ResumedTarget? Result { get; set; }
    }
}
