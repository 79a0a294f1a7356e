using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Joins and leaves rooms, as the policies and limits allow.</summary>
internal sealed class Membership(ConnectionRegistry registry, JoinRule rule, IOptions<RoomOptions> options, TimeProvider time)
{
    /// <summary>
    /// How long a join waits for the bus, for the owner of a task as for the subscription: later commands of the connection wait
    /// behind it.
    /// </summary>
    public static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Joins a target. <see cref="JoinOutcome.Joined"/> means that the bus has confirmed the subscription: delivery has begun.</summary>
    /// <param name="connection">Who joins.</param>
    /// <param name="target">What it joins.</param>
    /// <param name="keepUnconfirmed">Whether a join that the bus has not confirmed in time stays wanted; otherwise it is undone.</param>
    /// <param name="cancellation">Ends the wait; the join stays.</param>
    public async ValueTask<JoinOutcome> JoinAsync(Connection connection, Target target, bool keepUnconfirmed, CancellationToken cancellation)
    {
        // Before the rule: asking for a task may bind it to this user.
        var wasMember = ConnectionRegistry.IsMember(connection, target);
        if (!wasMember && target.Kind != TargetKind.User && IsFull(connection)) return JoinOutcome.TooMany;
        if (!await MayJoinAsync(connection.Caller, target, cancellation)) return JoinOutcome.Forbidden;

        // A connection is in its own user's target from the start; that does not count as a room.
        if (target.Kind == TargetKind.User) return JoinOutcome.Joined;
        var subscribed = registry.JoinAsync(connection, target);
        if (subscribed.IsCompletedSuccessfully) return JoinOutcome.Joined;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, connection.Disconnected);
            await subscribed.WaitAsync(ConfirmTimeout, time, either.Token);
            return JoinOutcome.Joined;
        }
        catch (TimeoutException)
        {
            if (!keepUnconfirmed && !wasMember) registry.Leave(connection, target);
            return JoinOutcome.Unconfirmed;
        }
        catch (BusUnavailableException)
        {
            // The bus refused this subscription: it will not be confirmed later either.
            registry.Leave(connection, target);
            throw;
        }
    }

    public bool Leave(Connection connection, Target target) => registry.Leave(connection, target);

    /// <summary>Applies the policies again after a new token; returns the targets that were left.</summary>
    public async ValueTask<List<Target>> RecheckAsync(Connection connection, Caller caller, CancellationToken cancellation)
    {
        var left = new List<Target>();
        foreach (var target in ConnectionRegistry.JoinedBy(connection))
        {
            if (await MayJoinAsync(caller, target, cancellation)) continue;
            registry.Leave(connection, target);
            left.Add(target);
        }

        return left;
    }

    /// <summary>Throws <see cref="TimeoutException"/> when the bus does not name the owner of a task in time.</summary>
    private async ValueTask<bool> MayJoinAsync(Caller caller, Target target, CancellationToken cancellation)
    {
        var answer = rule.MayJoinAsync(caller, target, cancellation);
        return answer.IsCompleted ? await answer : await answer.AsTask().WaitAsync(ConfirmTimeout, time, cancellation);
    }

    private bool IsFull(Connection connection)
    {
        var most = options.Value.MaxPerConnection;
        return most > 0 && connection.Joined?.Count >= most;
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
}
