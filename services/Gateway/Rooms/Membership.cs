using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Joins and leaves rooms, as the policies and limits allow.</summary>
internal sealed class Membership(ConnectionRegistry registry, JoinRule rule, IOptions<RoomOptions> options)
{
    /// <summary>The task ends when delivery has begun: the bus has confirmed the subscription.</summary>
    public async ValueTask<JoinOutcome> JoinAsync(Connection connection, Target target, CancellationToken cancellation)
    {
        if (!await rule.MayJoinAsync(connection.Caller, target, cancellation)) return JoinOutcome.Forbidden;

        // A connection is in its own user's target from the start; that does not count as a room.
        if (target.Kind == TargetKind.User) return JoinOutcome.Joined;
        if (IsFull(connection, target)) return JoinOutcome.TooMany;
        var subscribed = registry.JoinAsync(connection, target);
        try
        {
            if (!subscribed.IsCompletedSuccessfully) await WaitAsync(subscribed, connection, cancellation);
        }
        catch (BusUnavailableException)
        {
            registry.Leave(connection, target);
            throw;
        }

        return JoinOutcome.Joined;
    }

    public bool Leave(Connection connection, Target target) => registry.Leave(connection, target);

    /// <summary>Applies the policies again after a new token; returns the targets that were left.</summary>
    public async ValueTask<List<Target>> RecheckAsync(Connection connection, Caller caller, CancellationToken cancellation)
    {
        var left = new List<Target>();
        foreach (var target in ConnectionRegistry.JoinedBy(connection))
        {
            if (await rule.MayJoinAsync(caller, target, cancellation)) continue;
            registry.Leave(connection, target);
            left.Add(target);
        }

        return left;
    }

    /// <summary>Ends early when the client has disconnected.</summary>
    private static async Task WaitAsync(Task subscribed, Connection connection, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, connection.Disconnected);
        await subscribed.WaitAsync(either.Token);
    }

    private bool IsFull(Connection connection, Target target)
    {
        var most = options.Value.MaxPerConnection;
        return most > 0 && connection.Joined?.Count >= most && !ConnectionRegistry.IsMember(connection, target);
    }
}

internal enum JoinOutcome
{
    Joined,
    Forbidden,
    TooMany,
}
