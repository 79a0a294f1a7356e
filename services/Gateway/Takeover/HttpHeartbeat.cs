using System.Collections.Concurrent;

namespace Gateway.Takeover;

/// <summary>
/// The ticks that the timeouts of Kestrel's HTTP need, for the connections that are still in HTTP. Kestrel's own heartbeat keeps what is
/// registered with it until the connection ends, which costs 160 bytes per connection.
/// </summary>
internal sealed partial class HttpHeartbeat(TimeProvider time, ILogger<HttpHeartbeat> logger) : BackgroundService
{
    /// <summary>The interval of Kestrel's heartbeat.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ConnectionTakeover, byte> _connections = new();

    public void Add(ConnectionTakeover connection) => _connections.TryAdd(connection, 0);

    public void Remove(ConnectionTakeover connection) => _connections.TryRemove(connection, out _);

    public void Tick()
    {
        try
        {
            foreach (var (connection, _) in _connections) connection.Tick();
        }
        catch (Exception e)
        {
            // Code of Kestrel, which logs such an exception too; here it would stop the host.
            Log.TickFailed(logger, e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Tick();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Error, "A timeout check of HTTP connections failed")]
        public static partial void TickFailed(ILogger logger, Exception exception);
    }
}
