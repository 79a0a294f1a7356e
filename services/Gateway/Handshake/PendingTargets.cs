using Gateway.Connections;
using Gateway.Recovery;

namespace Gateway.Handshake;

/// <summary>
/// The targets of a handshake that the bus did not confirm in time. They stay wanted: when the bus returns they are joined, the client is
/// told by a <c>resume</c> frame, and what it missed since its cursor is sent.
/// </summary>
internal sealed class PendingTargets
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _joining;

    public PendingTargets(Connection connection, JoinSet joins, SessionServices services)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(connection.Disconnected);
        _joining = JoinAsync(connection, joins, services);
    }

    /// <summary>Gives up what is not joined yet.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _joining;
        _stop.Dispose();
    }

    private async Task JoinAsync(Connection connection, JoinSet joins, SessionServices services)
    {
        try
        {
            await joins.ConfirmPendingAsync(_stop.Token);
            if (connection.Dialect.Resumed(joins.Results, services.Time.GetUtcNow()) is { } frame) connection.Send(frame);
            await joins.ReplayAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            joins.Abandon();
        }
    }
}
