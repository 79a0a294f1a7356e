using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>
/// The connection for publishing and for state, made in the background: a service starts without Redis and finds it later. Its library
/// keeps it alive; subscriptions do not go through it.
/// </summary>
internal sealed partial class RedisConnection : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly RedisOptions _options;
    private readonly RedisEndpoint _endpoint;
    private readonly ResiliencePipeline _connect;
    private readonly ILogger<RedisConnection> _logger;
    private readonly ConnectionState _state;
    private readonly CancellationTokenSource _stop = new();
    private volatile ConnectionMultiplexer? _multiplexer;
    private bool _isDisposed;
    private Task _connecting = Task.CompletedTask;

    public RedisConnection(IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisConnection> logger)
    {
        _options = options.Value;
        _endpoint = RedisEndpoint.From(_options);
        _logger = logger;
        _state = new ConnectionState(time);
        _connect = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = RetryDelay,
                UseJitter = true,
                OnRetry = retry =>
                {
                    Fail(RedisErrors.Reason(retry.Outcome.Exception!));
                    return default;
                },
            })
            .Build();
    }

    public BusHealth Health
    {
        get
        {
            // The library's events can be late or missing; what it says when asked counts.
            if (_multiplexer is { IsConnected: true }) Stand();
            else if (_state.Current.Connected) Fail("not connected");
            return _state.Current;
        }
    }

    /// <summary>Null until the first connection stands or was at least tried.</summary>
    public IDatabase? Database => _multiplexer?.GetDatabase(_endpoint.Database);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connecting = ConnectAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The container holds it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_multiplexer is not null) await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        _stop.Dispose();
    }

    private async Task ConnectAsync() =>
        await _connect.ExecuteAsync(
            async cancellation =>
            {
                // Off the caller's thread: the library resolves names and prepares before its first await.
                var multiplexer = await Task.Run(() => ConnectionMultiplexer.ConnectAsync(Configure()), cancellation);
                multiplexer.ConnectionRestored += (_, _) => Stand();
                multiplexer.ConnectionFailed += (_, e) => Fail(e.Exception is null ? $"{e.FailureType}" : RedisErrors.Reason(e.Exception));
                multiplexer.ErrorMessage += (_, e) =>
                {
                    // Why it is not let in; an error reply to a command on a standing connection is that command's own matter.
                    if (!multiplexer.IsConnected) Fail(e.Message);
                };
                _multiplexer = multiplexer;
                if (multiplexer.IsConnected) Stand();
            },
            _stop.Token);

    private ConfigurationOptions Configure()
    {
        var timeout = (int)_options.ConnectTimeout.TotalMilliseconds;
        return new ConfigurationOptions
        {
            EndPoints = { { _endpoint.Host, _endpoint.Port } },
            Password = _endpoint.Password,
            Ssl = _endpoint.Tls,
            SslHost = _endpoint.Tls ? _endpoint.Host : null,
            DefaultDatabase = _endpoint.Database,
            ClientName = _options.ClientName + "-publish",
            AbortOnConnectFail = false,
            ConnectTimeout = timeout,
            SyncTimeout = timeout,
            ReconnectRetryPolicy = new LinearRetry((int)_options.MaxRetryDelay.TotalMilliseconds),
            KeepAlive = 5,
            // Without these words the library opens no second connection for subscriptions.
            CommandMap = CommandMap.Create(["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"], available: false),
        };
    }

    private void Stand()
    {
        if (_state.Up()) Log.Connected(_logger, _endpoint.ToString());
    }

    private void Fail(string reason)
    {
        if (_state.Down(reason)) Log.Lost(_logger, _endpoint.ToString(), reason);
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Connected to Redis {Endpoint} for publishing")]
        public static partial void Connected(ILogger logger, string endpoint);

        [LoggerMessage(2021, LogLevel.Warning, "Redis connection to {Endpoint} for publishing failed: {Reason}. Publishers get 503 until it is restored")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);
    }
}
