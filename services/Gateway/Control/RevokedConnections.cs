using Gateway.Hosting.Identity;
using Gateway.Registry;
using Gateway.WebSockets;

namespace Gateway.Control;

/// <summary>Closes the connections whose token was revoked.</summary>
internal sealed partial class RevokedConnections(ConnectionRegistry registry, Revocations revocations, ILogger<RevokedConnections> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        revocations.Changed += Close;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        revocations.Changed -= Close;
        return Task.CompletedTask;
    }

    private void Close()
    {
        var closed = 0;
        foreach (var connection in registry.All())
        {
            if (connection.IsClosing || !revocations.IsRevoked(connection.Caller)) continue;
            connection.Close(CloseCode.Forbidden);
            closed++;
        }

        if (closed > 0) Log.Closed(logger, closed);
    }

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Information, "Closed {Count} connections whose tokens were revoked")]
        public static partial void Closed(ILogger logger, int count);
    }
}
