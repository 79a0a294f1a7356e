using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>
/// The connection for publishing and for state, opened in the background: a service starts without Redis and finds it later.
/// StackExchange.Redis keeps it open. This class finds the address that answers, tells why a server refuses, and replaces the
/// library's connection when the host's address changes.
/// </summary>
internal sealed partial class RedisConnection : IHostedService, IAsyncDisposable
{
    private const int MaxFailedChecks = 10;

    private readonly RedisConnector _connector;
    private readonly RedisOptions _options;
    private readonly PublishCheck _check;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnection> _logger;
    private readonly ConnectionState _state;
    private readonly CancellationTokenSource _stop = new();
    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile bool _isUsable;
    private int _number;
    private bool _isStarted;
    private bool _isDisposed;
    private Task _running = Task.CompletedTask;

    public RedisConnection(RedisConnector connector, PublishCheck check, IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisConnection> logger)
    {
        _connector = connector;
        _options = options.Value;
        _check = check;
        _time = time;
        _logger = logger;
        _state = new ConnectionState(time);
    }

    public BusHealth Health
    {
        get
        {
            // The library's events can be late or missing; its state when asked counts.
            if (_multiplexer is { IsConnected: true }) Restored();
            else if (_state.Current.Connected) Fail("not connected");
            return _state.Current;
        }
    }

    /// <summary>Null until the server was reached for the first time.</summary>
    public IDatabase? Database => _multiplexer?.GetDatabase(_connector.Endpoint.Database);

    /// <summary>Changes with every connection: what was learned about the server may not be true any more.</summary>
    public int Number => Volatile.Read(ref _number);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // By the host, or by the first publish of a program without one.
        if (!Interlocked.Exchange(ref _isStarted, true)) _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The container holds it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_multiplexer is not null) await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var backoff = _connector.NewBackoff();
        IPAddress? address = null;
        while (true)
        {
            try
            {
                if (await FindAddressAsync(address) is { } found)
                {
                    address = found;
                    await ConnectAsync(address);
                    await WatchAsync(address);
                    backoff.Reset();
                }
            }
            catch (RedisException e)
            {
                Fail(RedisErrors.Reason(e));
            }

            await Task.Delay(backoff.Next(), _time, _stop.Token);
        }
    }

    private async Task ConnectAsync(IPAddress address)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(_connector.LibraryOptions(address));
        multiplexer.ConnectionRestored += (_, _) =>
        {
            Interlocked.Increment(ref _number);
            Restored();
        };
        multiplexer.ConnectionFailed += (_, e) =>
        {
            // Only the loss itself: why reconnecting fails is found out by WatchAsync.
            if (_state.Current.Connected) Fail(e.Exception is null ? $"{e.FailureType}" : RedisErrors.Reason(e.Exception));
        };
        var previous = _multiplexer;
        _multiplexer = multiplexer;
        Interlocked.Increment(ref _number);
        if (previous is not null) await previous.CloseAsync(allowCommandsToComplete: false);
    }

    /// <summary>Returns when the library's connection should be replaced.</summary>
    private async Task WatchAsync(IPAddress address)
    {
        for (var failedChecks = 0; failedChecks < MaxFailedChecks;)
        {
            var isConnected = _multiplexer is { IsConnected: true };
            if (isConnected)
            {
                failedChecks = 0;
                await CheckAsync();
            }
            else if (await FindAddressAsync(address) is { } found)
            {
                if (!found.Equals(address)) return;
                failedChecks++;
            }

            await Task.Delay(isConnected ? _options.PingInterval : _options.MaxRetryDelay, _time, _stop.Token);
        }
    }

    /// <summary>The address that answers and accepts this client's commands, or null.</summary>
    private async Task<IPAddress?> FindAddressAsync(IPAddress? first)
    {
        try
        {
            return await Task.Factory.StartNew(Find, _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (RedisErrors.IsExpected(e) && !_stop.IsCancellationRequested)
        {
            Fail(RedisErrors.Reason(e), e is RedisRefusedException);
            return null;
        }

        IPAddress Find()
        {
            using var socket = _connector.Connect(_options.ClientName + "-check", first, _stop.Token);
            // The library tests every connection with PING and gives no reason when that fails.
            return socket.PingError is { } error ? throw new RedisRefusedException($"PING: {error}") : socket.Address;
        }
    }

    private async Task CheckAsync()
    {
        try
        {
            await _check.RunAsync(Database!, Number, _stop.Token);
            _isUsable = true;
            Restored();
        }
        catch (RedisServerException e)
        {
            _isUsable = false;
            Fail($"the server refuses to publish: {RedisErrors.Reason(e)}", isRefusal: true);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The connection was just lost, or hangs: the library notices that.
        }
    }

    private void Restored()
    {
        if (_isUsable && _state.Up()) Log.Connected(_logger, _connector.Endpoint.ToString());
    }

    private void Fail(string reason, bool isRefusal = false)
    {
        if (_state.Down(reason, isRefusal)) Log.Lost(_logger, _connector.Endpoint.ToString(), reason);
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Connected to Redis {Endpoint} for publishing")]
        public static partial void Connected(ILogger logger, string endpoint);

        [LoggerMessage(2021, LogLevel.Warning, "Cannot publish to Redis {Endpoint}: {Reason}. Publishers get 503 until this is resolved")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);
    }
}
