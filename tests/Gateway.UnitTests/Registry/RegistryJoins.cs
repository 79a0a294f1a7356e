using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;

namespace Gateway.UnitTests.Registry;

/// <summary>Both steps of a join, as a session makes them.</summary>
internal static class RegistryJoins
{
    /// <summary>Registers a connection, which joins its user and <c>all</c>.</summary>
    public static async Task AddAsync(this ConnectionRegistry registry, Connection connection)
    {
        registry.Add(connection);
        await registry.JoinAsync(connection, Target.All);
        await registry.JoinAsync(connection, Target.User(connection.Caller.UserId));
    }

    /// <summary>The task completes when the bus has confirmed the subscription and the connection is a member.</summary>
    public static async Task JoinAsync(this ConnectionRegistry registry, Connection connection, Target target)
    {
        var join = registry.Begin(target);
        await join.Subscribed;
        registry.Complete(join, connection, since: null, joined: null);
    }
}
