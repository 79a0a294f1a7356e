using System.Net;
using Gateway.Contracts;
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

    /// <summary>Does what an idempotent publish does, except for the message, so that a full, read-only or forbidding server is noticed.</summary>
    private const string CheckScript = """
        redis.call('SET', KEYS[1], '', 'EX', 60)
        if not redis.acl_check_cmd then return 1 end
        for _, channel in ipairs(ARGV) do
          if redis.acl_check_cmd('PUBLISH', channel, '') then return 1 end
        end
        return redis.error_reply('NOPERM this user may not publish to any channel of the gateway')
        """;

    private readonly RedisConnector _connector;
    private readonly RedisOptions _options;
    private readonly RedisNames _names;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnection> _logger;
    private readonly ConnectionState _state;
    private readonly CancellationTokenSource _stop = new();
    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile bool _isUsable;
    private bool _isStarted;
    private bool _isDisposed;
    private Task _running = Task.CompletedTask;

    public RedisConnection(RedisConnector connector, IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisConnection> logger)
    {
        _connector = connector;
        _options = options.Value;
        _names = new RedisNames(_options.Prefix);
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
        multiplexer.ConnectionRestored += (_, _) => Restored();
        multiplexer.ConnectionFailed += (_, e) =>
        {
            // Only the loss itself: why reconnecting fails is found out by WatchAsync.
            if (_state.Current.Connected) Fail(e.Exception is null ? $"{e.FailureType}" : RedisErrors.Reason(e.Exception));
        };
        var previous = _multiplexer;
        _multiplexer = multiplexer;
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
            RedisValue[] channels = [_names.Channel(Target.All), _names.Channel(Target.User("-")), _names.Channel(Target.Room("-")), _names.Channel(Target.Task("-"))];
            // No message has an empty id.
            RedisKey[] key = [_names.PublishedId(Target.All, "")];
            await Database!.ScriptEvaluateAsync(CheckScript, key, channels, CommandFlags.NoScriptCache).WaitAsync(_options.StateTimeout, _time, _stop.Token);
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
