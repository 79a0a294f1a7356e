using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Recovery;

/// <summary>What every replay uses, held once.</summary>
internal sealed class ReplayServices(IMessageHistory history, ConnectionRegistry registry, IOptions<ConnectionOptions> connections, TimeProvider time)
{
    public IMessageHistory History => history;

    public ConnectionRegistry Registry => registry;

    public TimeProvider Time => time;

    /// <summary>A replay goes on while at most this much waits for the client.</summary>
    public int HalfQueueBytes { get; } = connections.Value.QueueBytes > 0 ? connections.Value.QueueBytes / 2 : int.MaxValue;

    /// <summary>How long a replay repeats a read that fails, before the client is told of a gap: later commands wait behind it.</summary>
    public TimeSpan FailureTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Starts the replay of a target; throws <see cref="BusUnavailableException"/>, the join is abandoned then.</summary>
    /// <param name="join">The join, subscribed.</param>
    /// <param name="connection">Who joins.</param>
    /// <param name="cursor">The client's place, or null.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<Replay> BeginAsync(PendingJoin join, Connection connection, Position? cursor, CancellationToken cancellation)
    {
        var replay = new Replay(join, connection, this);
        try
        {
            await replay.BeginAsync(cursor, join.Members.Policy.Rewind, cancellation);
            return replay;
        }
        catch
        {
            replay.Abandon();
            throw;
        }
    }

    /// <summary>Whether a join has anything to replay; if not, it is completed at once.</summary>
    public static bool IsNeeded(PendingJoin join, Position? cursor) => cursor is not null || (join.Members.Policy.Rewind > 0 && join.Members.Position is { Offset: > 0 });
}

internal static class RecoveryRegistration
{
    public static void AddRecovery(this IServiceCollection services) => services.AddSingleton<ReplayServices>();
}
