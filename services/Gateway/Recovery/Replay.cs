using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Delivery;
using Gateway.Dialects;
using Gateway.Registry;

namespace Gateway.Recovery;

/// <summary>
/// One target that a connection joins at an earlier place than the present one. The log is read in pages; when what is left is kept in
/// memory, it is sent under the target's lock and the connection becomes a member, so that nothing is lost, doubled or out of order.
/// </summary>
internal sealed class Replay(PendingJoin join, Connection connection, ReplayServices services)
{
    private const int PageMessages = 64;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private HistoryPage? _page;
    private Position _at;

    public Target Target => join.Target;

    /// <summary>From where the client receives messages; null without history.</summary>
    public Position? Place { get; private set; }

    /// <summary>Whether nothing is missed since the client's cursor; null if it gave none.</summary>
    public bool? IsRecovered { get; private set; }

    /// <summary>
    /// Finds the place to start from. From now on the target keeps its newer messages. Throws <see cref="BusUnavailableException"/>.
    /// </summary>
    /// <param name="cursor">The client's place; null: the present one, less <paramref name="rewind"/>.</param>
    /// <param name="rewind">How many of the latest messages a client without a cursor gets.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task BeginAsync(Position? cursor, int rewind, CancellationToken cancellation)
    {
        Position? present;
        lock (join.Members)
        {
            present = join.Members.Position;
            join.Members.BeginReplay();
        }

        if (cursor is not null) IsRecovered = false;
        if (present is null || !services.History.Keeps(Target)) return;
        Place = present;
        if (cursor is not null) await ResumeAsync(cursor.Value, cancellation);
        else if (rewind > 0) await RewindAsync(present.Value, rewind, cancellation);
        _at = Place.Value;
    }

    /// <summary>Sends what was missed and makes the connection a member. Waits while its queue is half full.</summary>
    /// <param name="replays">All replays of this connection, this one included.</param>
    /// <param name="cancellation">Stops it; the connection is not a member then.</param>
    public async Task RunAsync(IReadOnlyList<Replay> replays, CancellationToken cancellation)
    {
        try
        {
            if (_page is not null) Send(_page.Messages, replays);
            _page = null;
            var failingSince = 0L;
            while (!TryEnd(replays))
            {
                await WaitForQueueAsync(cancellation);
                if (await ReadNextAsync(cancellation) is { } page)
                {
                    failingSince = 0;
                    Send(page.Messages, replays);
                    if (page.Messages.Count == 0) await Task.Delay(Poll, services.Time, cancellation);
                }
                else if (failingSince == 0)
                {
                    failingSince = services.Time.GetTimestamp();
                }
                else if (services.Time.GetElapsedTime(failingSince) > services.FailureTimeout)
                {
                    End(skip: true);
                    return;
                }
            }
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Gives up before or instead of <see cref="RunAsync"/>.</summary>
    public void Abandon()
    {
        lock (join.Members) join.Members.EndReplay();
        services.Registry.Abandon(join);
    }

    private async Task ResumeAsync(Position cursor, CancellationToken cancellation)
    {
        if (cursor.Epoch != Place!.Value.Epoch) return;
        var page = await ReadAsync(cursor.Offset, cancellation);
        var bridges = page.Current.Epoch == cursor.Epoch
            && (page.Current.Offset == cursor.Offset || (page.Messages.Count > 0 && page.Messages[0].Position!.Value.Offset == cursor.Offset + 1));
        if (!bridges) return;
        (Place, IsRecovered, _page) = (cursor, true, page);
    }

    private async Task RewindAsync(Position present, int rewind, CancellationToken cancellation)
    {
        var range = new HistoryRange(After: Math.Max(0, present.Offset - rewind), Before: present.Offset + 1, Math.Min(rewind, PageMessages), Newest: true);
        var page = await services.History.ReadAsync(Target, range, cancellation);
        if (page.Current.Epoch != present.Epoch || page.Messages.Count == 0) return;
        (Place, _page) = (present with { Offset = page.Messages[0].Position!.Value.Offset - 1 }, page);
    }

    private Task<HistoryPage> ReadAsync(long after, CancellationToken cancellation) =>
        services.History.ReadAsync(Target, new HistoryRange(after, Before: 0, PageMessages), cancellation);

    /// <summary>The next page, after telling of what is missing before it; null while the bus is down.</summary>
    private async Task<HistoryPage?> ReadNextAsync(CancellationToken cancellation)
    {
        try
        {
            var page = await ReadAsync(_at.Offset, cancellation);
            if (page.Current.Epoch != _at.Epoch)
            {
                SendGap(0, 0);
                _at = page.Current with { Offset = 0 };
                page = await ReadAsync(0, cancellation);
            }

            if (page.Messages.Count > 0 && page.Messages[0].Position!.Value.Offset is var first && first > _at.Offset + 1) SendGap(_at.Offset + 1, first - 1);
            return page;
        }
        catch (BusUnavailableException)
        {
            await Task.Delay(Poll, services.Time, cancellation);
            return null;
        }
    }

    private async Task WaitForQueueAsync(CancellationToken cancellation)
    {
        while (!connection.IsClosing && connection.Outbound.WaitingBytes > services.HalfQueueBytes) await Task.Delay(Poll, services.Time, cancellation);
    }

    /// <summary>True once the connection is a member, or closed.</summary>
    private bool TryEnd(IReadOnlyList<Replay> replays)
    {
        if (Place is null || connection.IsClosing)
        {
            End(skip: false);
            return true;
        }

        lock (join.Members)
        {
            var present = join.Members.Position;
            if (present != _at)
            {
                if (join.Members.Recent?.After(_at) is not { } rest || rest.Count > PageMessages || connection.Outbound.WaitingBytes > services.HalfQueueBytes) return false;
                Send(rest, replays);
            }

            End(skip: false);
            return true;
        }
    }

    /// <param name="skip">The log cannot be read: the client is told of the gap and goes on from the present place.</param>
    private void End(bool skip)
    {
        lock (join.Members)
        {
            if (skip && join.Members.Position != _at) SendGap(0, 0);
            join.Members.EndReplay();
            services.Registry.Complete(join, connection, skip ? null : Place, joined: null);
        }
    }

    private void Send(IReadOnlyList<Message> messages, IReadOnlyList<Replay> replays)
    {
        foreach (var message in messages)
        {
            _at = message.Position!.Value;
            var frame = HasOtherCopy(message, replays) ? connection.Dialect.Position(Target, _at) : connection.Dialect.Render(message);
            if (frame is not null) connection.Send(frame, join.Members.Policy.Overflow);
        }
    }

    /// <summary>A message of several targets whose copy the client gets, or has got, through a target that is listed before this one.</summary>
    private bool HasOtherCopy(Message message, IReadOnlyList<Replay> replays)
    {
        foreach (var target in message.Targets)
        {
            if (target == Target) return false;
            if (!message.Placed.TryGetValue(target, out var place)) continue;
            if (connection.Memberships.Contains(target) && TargetCopy.ReceivedBefore(connection, target, place)) return true;
            if (replays.Any(other => other.Target == target && other.Place is { } start && start.Epoch == place.Epoch && start.Offset < place.Offset)) return true;
        }

        return false;
    }

    private void SendGap(long from, long to) =>
        connection.Send(connection.Dialect.Gap(new GapNotice(Target, GapReason.History, from, to), services.Time.GetUtcNow()));
}
