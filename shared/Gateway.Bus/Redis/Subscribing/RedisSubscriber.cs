using System.Diagnostics;
using System.Net;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// Keeps one subscription connection open on a dedicated thread and passes on what it receives. A new connection subscribes to
/// everything that is wanted by then.
/// </summary>
internal sealed partial class RedisSubscriber : IMessageSubscriber, IPushReceiver, IAsyncDisposable
{
    private static readonly TimeSpan RefusalLogInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A pod that is behind with reading for less than this when the server closes the connection is not called overloaded. The server's
    /// default limit of 32 MB takes about this long to fill at 100 MB/s.
    /// </summary>
    private static readonly TimeSpan OverloadAfter = TimeSpan.FromMilliseconds(300);

    private readonly RedisConnector _connector;
    private readonly string _clientName;
    private readonly TimeSpan _pingInterval;
    private readonly SubscriptionSet _set;
    private readonly PayloadDecoder _decoder;
    private readonly BusMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisSubscriber> _logger;
    private readonly CancellationTokenSource _stop = new();
    private volatile SubscriptionConnection? _connection;
    private IPAddress? _address;
    private long _connectedAt;
    private long _refusalLoggedAt;
    private int _silentIntervals;
    private IMessageReceiver? _receiver;
    private bool _isNameErrorLogged;
    private bool _isDisposed;
    private Task _reading = Task.CompletedTask;

    public RedisSubscriber(RedisConnector connector, IOptions<RedisOptions> options, BusMetrics metrics, TimeProvider time, ILogger<RedisSubscriber> logger)
    {
        _connector = connector;
        _clientName = options.Value.ClientName;
        _pingInterval = options.Value.PingInterval;
        _set = new SubscriptionSet(new ChannelMap(new RedisNames(options.Value.Prefix), ChannelGroups.From(options.Value)));
        _decoder = new PayloadDecoder(metrics, time, logger);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        State = new ConnectionState(time);
    }

    public ConnectionState State { get; }

    /// <summary>False in a process that only publishes: it opens no subscription connection.</summary>
    public bool IsStarted => _receiver is not null;

    public void Start(IMessageReceiver receiver)
    {
        if (Interlocked.CompareExchange(ref _receiver, receiver, null) is not null) throw new InvalidOperationException("the subscriber is already started");
        _ = _set.AddAsync(Target.All);
        _reading = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task SubscribeAsync(Target target) => _set.AddAsync(target);

    public Task UnsubscribeAsync(Target target)
    {
        if (target.Kind != TargetKind.All) _set.Remove(target);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        // The container holds it twice: as itself and as IMessageSubscriber.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        _connection?.Close("stopping");
        await _reading;
        _set.Close();
        _stop.Dispose();
    }

    void IPushReceiver.Receive(in RespPush push)
    {
        switch (push.Kind)
        {
            case RespKind.Message:
                if (_set.TryGet(push.Channel, out var channel)) Deliver(channel, push.Payload);
                break;
            case RespKind.OversizedMessage:
                if (_set.TryGet(push.Channel, out channel)) _decoder.Ignore(channel, PublishResult.TooLargeError((int)Math.Min(push.ToSkip - 2, int.MaxValue)));
                break;
            case RespKind.Error:
                Refused(RedisErrors.Text(push.Payload));
                break;
            default:
                if (push.Kind == RespKind.Pong) _connection?.ShrinkReceiveBuffer();
                Confirmed();
                break;
        }
    }

    void IPushReceiver.Drained() => _receiver!.Flush();

    private void Deliver(Channel channel, ReadOnlySpan<byte> payload)
    {
        if (_decoder.Read(channel, payload) is not { } message) return;
        // A payload may name its target itself: only wanted ones are passed on.
        if (message.Target == channel.Target || _set.Wants(message.Target)) _receiver!.Receive(message);
    }

    private void Run()
    {
        var backoff = _connector.NewBackoff();
        while (!_stop.IsCancellationRequested)
        {
            var reason = Serve();
            if (_stop.IsCancellationRequested) return;
            if (State.IsStable) backoff.Reset();
            if (State.Down(reason)) Log.Lost(_logger, _connector.Endpoint.ToString(), reason);
            _stop.Token.WaitHandle.WaitOne(backoff.Next());
        }
    }

    /// <summary>Serves one connection until it ends; returns the reason.</summary>
    private string Serve()
    {
        try
        {
            _connectedAt = Stopwatch.GetTimestamp();
            using var socket = _connector.Connect(_clientName, _address, _stop.Token);
            _address = socket.Address;
            if (socket.NameError is { } error && !_isNameErrorLogged) Log.NameRefused(_logger, _connector.Endpoint.ToString(), error);
            _isNameErrorLogged |= socket.NameError is not null;
            var connection = _connection = new SubscriptionConnection(socket, _time);
            _stop.Token.ThrowIfCancellationRequested();
            _silentIntervals = 0;
            using var pings = _time.CreateTimer(Ping, connection, _pingInterval, _pingInterval);
            _set.Connect(connection);
            connection.Read(this);
            return "";
        }
        catch (Exception e)
        {
            if (!RedisErrors.IsExpected(e)) Log.Failed(_logger, e);
            else if (_connection is { CloseReason: null } ended) CheckOverload(ended);
            return _connection?.CloseReason ?? RedisErrors.Reason(e);
        }
        finally
        {
            _connection = null;
            _set.Disconnect();
        }
    }

    /// <summary>The server does not say why it closes a connection. One that is closed while its reader is behind was most likely too slow for it.</summary>
    private void CheckOverload(SubscriptionConnection ended)
    {
        var behind = ended.BehindFor;
        if (behind < OverloadAfter) return;
        _metrics.Overloaded();
        Log.Overloaded(_logger, _connector.Endpoint.ToString(), behind.TotalSeconds);
    }

    private void Confirmed()
    {
        if (_set.Confirm() is { } restored) _receiver!.Interrupted(new Interruption(restored, IsFromHistory: false));
        if (State.Current.Connected || !_set.IsReady) return;
        var took = Stopwatch.GetElapsedTime(_connectedAt);
        if (State.Up()) Log.Subscribed(_logger, _connector.Endpoint.ToString(), _set.Count, took.TotalMilliseconds);
    }

    /// <summary>The server refuses a command, mostly by its ACL: this fails one target, the connection and all others go on.</summary>
    private void Refused(string error)
    {
        if (_set.Refuse(error) is not { } target) return;
        if (target == Target.All)
        {
            var reason = $"the server refused the subscription of {target}: {error}";
            if (State.Down(reason)) Log.Lost(_logger, _connector.Endpoint.ToString(), reason);
            return;
        }

        var now = _time.GetTimestamp();
        if (_refusalLoggedAt != 0 && _time.GetElapsedTime(_refusalLoggedAt, now) < RefusalLogInterval) return;
        _refusalLoggedAt = now;
        Log.Refused(_logger, _connector.Endpoint.ToString(), target.Kind, error);
    }

    private void Ping(object? state)
    {
        var connection = (SubscriptionConnection)state!;
        _silentIntervals = connection.TakeIsAlive() ? 0 : _silentIntervals + 1;
        if (_silentIntervals > 1) connection.Close("the server sent nothing for two ping intervals");
        else _set.Ping();
    }

    private static partial class Log
    {
        [LoggerMessage(2005, LogLevel.Warning, "Redis {Endpoint} closed the subscription connection after {Seconds:0.0} s in which this pod never caught up with reading: overload. "
            + "Probably the server's output buffer limit was exceeded (client-output-buffer-limit pubsub; its log tells). Use more pods, or send less to this one")]
        public static partial void Overloaded(ILogger logger, string endpoint, double seconds);

        [LoggerMessage(2000, LogLevel.Information, "Subscribed at Redis {Endpoint}: {Channels} channels confirmed after {Milliseconds:0} ms")]
        public static partial void Subscribed(ILogger logger, string endpoint, int channels, double milliseconds);

        [LoggerMessage(2001, LogLevel.Warning, "Redis subscription connection to {Endpoint} lost: {Reason}. Reconnecting; messages published meanwhile are recovered from history where enabled")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);

        [LoggerMessage(2002, LogLevel.Error, "The subscription connection failed by a defect in this program; reconnecting")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2003, LogLevel.Warning, "Redis {Endpoint} refused the subscription of a {Kind}: {Reason}. It receives no messages; check the server's ACL (channels of this user)")]
        public static partial void Refused(ILogger logger, string endpoint, TargetKind kind, string reason);

        [LoggerMessage(2004, LogLevel.Warning, "Redis {Endpoint} refused CLIENT SETNAME: {Reason}. The connection works, but has no name in CLIENT LIST")]
        public static partial void NameRefused(ILogger logger, string endpoint, string reason);
    }
}
