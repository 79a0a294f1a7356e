using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Joins and leaves as the policies and limits allow.</summary>
internal sealed class Membership(ConnectionRegistry registry, JoinRule rule, IOptions<RoomSettings> options)
{
    /// <summary>The task ends when delivery has begun: the bus has confirmed the subscription.</summary>
    public async ValueTask<JoinOutcome> JoinAsync(Connection connection, Target target, CancellationToken cancellation)
    {
        if (!await rule.MayJoinAsync(connection.Caller, target, cancellation)) return JoinOutcome.Forbidden;

        // One's own user is joined with the connection and counts as no room.
        if (target.Kind == TargetKind.User) return JoinOutcome.Joined;
        if (IsFull(connection, target)) return JoinOutcome.TooMany;
        var subscribed = registry.JoinAsync(connection, target);
        if (!subscribed.IsCompletedSuccessfully) await WaitAsync(subscribed, connection, cancellation);
        return JoinOutcome.Joined;
    }

    public bool Leave(Connection connection, Target target) => registry.Leave(connection, target);

    /// <summary>After a new token: leaves what it does not allow any more; the answer is what was left.</summary>
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

    /// <summary>While the bus is down this takes as long as it takes, but not longer than there is somebody to tell.</summary>
    private static async Task WaitAsync(Task subscribed, Connection connection, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, connection.Gone);
        await subscribed.WaitAsync(either.Token);
    }

    private bool IsFull(Connection connection, Target target)
    {
        var most = options.Value.MaxPerConnection;
        return most > 0 && connection.Joined?.Count >= most && !ConnectionRegistry.IsMember(connection, target);
    }
}
