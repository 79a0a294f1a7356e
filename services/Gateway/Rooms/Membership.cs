using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Recovery;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Joins and leaves rooms, as the policies and limits allow.</summary>
internal sealed class Membership(ConnectionRegistry registry, JoinRule rule, ReplayServices replays, IOptions<RoomOptions> options, TimeProvider time)
{
    /// <summary>
    /// How long a join waits for the bus, for the owner of a task as for the subscription: later commands of the connection wait
    /// behind it.
    /// </summary>
    public static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Joins one target while the connection is open. On success <paramref name="joined"/> is called with the place from which messages are
    /// received, before the first of them is sent; then what the client missed is sent. A join that the bus does not confirm in time is undone.
    /// </summary>
    /// <param name="connection">Who joins.</param>
    /// <param name="target">What it joins.</param>
    /// <param name="cursor">From where it resumes, or null.</param>
    /// <param name="joined">Sends the ack; may be called under the target's lock.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async ValueTask<JoinOutcome> JoinAsync(
        Connection connection, Target target, Position? cursor, Action<ResumedTarget> joined, CancellationToken cancellation)
    {
        if (connection.Memberships.Contains(target))
        {
            if (cursor is not null) return JoinOutcome.AlreadyLive;
            joined(new ResumedTarget(target, registry.TryGet(target, out var members) ? members.Position : null, IsRecovered: null));
            return JoinOutcome.Joined;
        }

        if (await CheckAsync(connection, target, pending: 0, cancellation) is { } refused) return refused;
        var join = registry.Begin(target);
        if (!await IsConfirmedAsync(connection, join, cancellation)) return JoinOutcome.Unconfirmed;
        if (!ReplayServices.IsNeeded(join, cursor))
        {
            registry.Complete(join, connection, since: null, place => joined(new ResumedTarget(target, place, IsRecovered: null)));
            return JoinOutcome.Joined;
        }

        var replay = await replays.BeginAsync(join, connection, cursor, cancellation);
        joined(new ResumedTarget(target, replay.Place, replay.IsRecovered));
        await replay.RunAsync([replay], cancellation);
        return JoinOutcome.Joined;
    }

    /// <summary>Null if the policies and limits let the connection into the target.</summary>
    /// <param name="connection">Who joins.</param>
    /// <param name="target">What it joins.</param>
    /// <param name="pending">Rooms that it is joining at the same time.</param>
    /// <param name="cancellation">Stops waiting for the owner of a task.</param>
    public async ValueTask<JoinOutcome?> CheckAsync(Connection connection, Target target, int pending, CancellationToken cancellation)
    {
        if (target.Kind == TargetKind.All) return null;

        // Before the rule: asking for a task may bind it to this user.
        if (target.Kind != TargetKind.User && IsFull(connection, pending)) return JoinOutcome.TooMany;
        return await MayJoinAsync(connection.Caller, target, cancellation) ? null : JoinOutcome.Forbidden;
    }

    public bool Leave(Connection connection, Target target) => registry.Leave(connection, target) || connection.Memberships.RemovePending(target);

    /// <summary>Applies the policies again after a new token; returns the targets that were left.</summary>
    public async ValueTask<List<Target>> RecheckAsync(Connection connection, Caller caller, CancellationToken cancellation)
    {
        var left = new List<Target>();
        foreach (var target in connection.Memberships.Rooms)
        {
            if (await MayJoinAsync(caller, target, cancellation)) continue;
            registry.Leave(connection, target);
            left.Add(target);
        }

        return left;
    }

    /// <summary>False, and the join is undone, if the bus does not confirm it in time. Throws if the bus refuses it.</summary>
    private async ValueTask<bool> IsConfirmedAsync(Connection connection, PendingJoin join, CancellationToken cancellation)
    {
        if (join.Subscribed.IsCompletedSuccessfully) return true;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, connection.Disconnected);
            await join.Subscribed.WaitAsync(ConfirmTimeout, time, either.Token);
            return true;
        }
        catch (TimeoutException)
        {
            registry.Abandon(join);
            return false;
        }
        catch
        {
            registry.Abandon(join);
            throw;
        }
    }

    /// <summary>Throws <see cref="TimeoutException"/> when the bus does not name the owner of a task in time.</summary>
    private async ValueTask<bool> MayJoinAsync(Caller caller, Target target, CancellationToken cancellation)
    {
        var answer = rule.MayJoinAsync(caller, target, cancellation);
        return answer.IsCompleted ? await answer : await answer.AsTask().WaitAsync(ConfirmTimeout, time, cancellation);
    }

    private bool IsFull(Connection connection, int pending)
    {
        var most = options.Value.MaxPerConnection;
        return most > 0 && connection.Memberships.RoomCount + pending >= most;
    }
}

internal enum JoinOutcome
{
    Joined,

    /// <summary>The policy does not let the caller in.</summary>
    Forbidden,

    /// <summary>The connection is in as many rooms as it may be.</summary>
    TooMany,

    /// <summary>The bus has not confirmed the subscription in time.</summary>
    Unconfirmed,

    /// <summary>A cursor was given for a target that the connection is in.</summary>
    AlreadyLive,
}
