using System.Globalization;
using System.Net;
using Gateway.Hosting.Health;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Listening;

/// <summary>
/// Decides in the accept loop whether a TCP connection is kept. A .NET process that has no free file descriptor aborts ("Out of memory.",
/// exit code 134). Kestrel's <c>MaxConcurrentConnections</c> (.NET 10) does not prevent that: it neither counts upgraded connections nor
/// knows the descriptor limit, and it costs every connection about 250 bytes.
/// </summary>
/// <remarks>
/// Nothing is counted here. <c>accept(2)</c> returns the lowest free descriptor, so descriptor number N means that at least N
/// descriptors are open; under a flood no number below N is free and the number is exact. Linux only: elsewhere every connection is kept.
/// </remarks>
internal sealed partial class AcceptLimit
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly IConnectionCount? _webSockets;
    private readonly ILogger<AcceptLimit> _logger;
    private readonly long _maxDescriptor;
    private readonly long _maxHttpDescriptor;
    private readonly Lock _lock = new();
    private long _refused;
    private DateTimeOffset _nextLog;

    public AcceptLimit(IOptions<ListeningOptions> options, TimeProvider time, ILogger<AcceptLimit> logger, IConnectionCount? webSockets = null)
        : this(options.Value, OperatingSystem.IsLinux() ? DescriptorLimit() : null, OpenDescriptors(), time, logger, webSockets)
    {
    }

    /// <param name="options">The limits.</param>
    /// <param name="descriptorLimit">Of this process; null where descriptors are not numbered as on Linux.</param>
    /// <param name="openDescriptors">Those open before the service listens.</param>
    /// <param name="time">For the interval between two log lines.</param>
    /// <param name="logger">For what is refused.</param>
    /// <param name="webSockets">Connections that do not count as HTTP.</param>
    internal AcceptLimit(
        ListeningOptions options, long? descriptorLimit, long openDescriptors, TimeProvider time, ILogger<AcceptLimit> logger, IConnectionCount? webSockets)
    {
        (_time, _logger, _webSockets) = (time, logger, webSockets);
        _maxDescriptor = options.ReservedDescriptors == 0 ? long.MaxValue : descriptorLimit - options.ReservedDescriptors ?? long.MaxValue;
        _maxHttpDescriptor = options.MaxHttpConnections == 0 || descriptorLimit is null ? long.MaxValue : openDescriptors + options.MaxHttpConnections;
    }

    public IConnectionListener Apply(IConnectionListener listener) => new Listener(listener, this);

    /// <param name="descriptor">The number of the descriptor that <c>accept(2)</c> returned.</param>
    internal bool IsExceededBy(long descriptor) =>
        descriptor >= _maxDescriptor || (descriptor >= _maxHttpDescriptor && descriptor - (_webSockets?.Count ?? 0) >= _maxHttpDescriptor);

    private async ValueTask RefuseAsync(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("connection limit"));
        // Awaited in the accept loop: the descriptor is free again before the next connection is accepted.
        await connection.DisposeAsync();
        lock (_lock)
        {
            _refused++;
            if (_time.GetUtcNow() < _nextLog) return;
            Log.Refused(_logger, _refused);
            (_refused, _nextLog) = (0, _time.GetUtcNow() + LogInterval);
        }
    }

    /// <summary>The soft limit, which the runtime raises to the hard limit when the process starts.</summary>
    private static long DescriptorLimit()
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return long.TryParse(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
    }

    private static long OpenDescriptors() => OperatingSystem.IsLinux() ? Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() : 0;

    private sealed class Listener(IConnectionListener inner, AcceptLimit limit) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
                if (socket is null || !limit.IsExceededBy(socket.SafeHandle.DangerousGetHandle())) return connection;
                await limit.RefuseAsync(connection);
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1030, LogLevel.Warning, "Refused {Count} TCP connections: too many are open. Limits: Listen:MaxHttpConnections, and the process's descriptor limit (ulimit -n) less Listen:ReservedDescriptors")]
        public static partial void Refused(ILogger logger, long count);
    }
}

/// <summary>
/// Kestrel's socket transport with <see cref="AcceptLimit"/> in its accept loop. The application creates its server before options are
/// validated, therefore the limit, which reads options, is created when the server listens.
/// </summary>
internal sealed class LimitedTransportFactory(IOptions<SocketTransportOptions> options, ILoggerFactory loggers, IServiceProvider services, ListenFailure failure)
    : IConnectionListenerFactory
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return services.GetRequiredService<AcceptLimit>().Apply(await _sockets.BindAsync(endpoint, cancellationToken));
        }
        catch (Exception) when (failure.Note())
        {
            throw;
        }
    }
}

/// <summary>Whether this process failed to listen: the service prints its own text, and the host's log line with its stack trace is left out.</summary>
internal sealed class ListenFailure
{
    public bool Occurred { get; private set; }

    /// <returns>False: for use in an exception filter.</returns>
    public bool Note()
    {
        Occurred = true;
        return false;
    }
}
