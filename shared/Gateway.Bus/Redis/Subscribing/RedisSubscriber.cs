using System.Diagnostics;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// Keeps one subscription connection alive on a thread of its own and hands on what comes. After a loss the next connection is asked
/// for everything that is wanted by then.
/// </summary>
internal sealed partial class RedisSubscriber : IMessageSubscriber, IPushReceiver, IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly RedisEndpoint _endpoint;
    private readonly SubscriptionSet _set;
    private readonly PayloadDecoder _payloads;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisSubscriber> _logger;
    private readonly CancellationTokenSource _stop = new();
    private volatile SubscriptionConnection? _link;
    private long _connectedAt;
    private int _silences;
    private IMessageReceiver? _receiver;
    private bool _isDisposed;
    private Task _reading = Task.CompletedTask;

    public RedisSubscriber(IOptions<RedisOptions> options, BusMetrics metrics, TimeProvider time, ILogger<RedisSubscriber> logger)
    {
        _options = options.Value;
        _endpoint = RedisEndpoint.From(_options);
        _set = new SubscriptionSet(new ChannelMap(new RedisNames(_options.Prefix), ChannelGroups.From(_options)));
        _payloads = new PayloadDecoder(metrics, time, logger);
        _time = time;
        _logger = logger;
        State = new ConnectionState(time);
    }

    public ConnectionState State { get; }

    /// <summary>False in a process that only publishes: it needs no subscription connection and has none.</summary>
    public bool IsStarted => _receiver is not null;

    public void Start(IMessageReceiver receiver)
    {
        if (Interlocked.CompareExchange(ref _receiver, receiver, null) is not null) throw new InvalidOperationException("the subscriber was started already");
        _set.Add(Target.All);
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
        // The container holds it twice: as itself and behind its seam.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        _link?.End("stopping");
        await _reading;
        _set.Close();
        _stop.Dispose();
    }

    void IPushReceiver.Receive(in RespPush push)
    {
        switch (push.Kind)
        {
            case RespKind.Message:
                if (_set.TryGet(push.Channel, out var subscription)) Deliver(subscription.Channel, push.Payload);
                break;
            case RespKind.OversizedMessage:
                if (_set.TryGet(push.Channel, out subscription)) _payloads.Ignore(subscription.Channel, PublishResult.TooLargeError((int)Math.Min(push.ToSkip - 2, int.MaxValue)));
                break;
            case RespKind.Subscribed or RespKind.Unsubscribed:
                if (_set.Answer(push.Channel)) Flow();
                break;
            case RespKind.Error:
                throw RedisErrors.Refused(push.Payload);
        }
    }

    void IPushReceiver.Drained() => _receiver!.Flush();

    private void Deliver(Channel channel, ReadOnlySpan<byte> payload)
    {
        if (_payloads.Read(channel, payload) is not { } message) return;
        // A payload may name its target itself; what nobody here waits for is not handed on.
        if (message.Target == channel.Target || _set.Wants(message.Target)) _receiver!.Receive(message);
    }

    private void Run()
    {
        var backoff = new Backoff(_options.MaxRetryDelay);
        while (!_stop.IsCancellationRequested)
        {
            var reason = Serve();
            if (_stop.IsCancellationRequested) return;
            if (State.Current.Connected) backoff.Reset();
            if (State.Down(reason)) Log.Lost(_logger, _endpoint.ToString(), reason);
            _stop.Token.WaitHandle.WaitOne(backoff.Next());
        }
    }

    /// <summary>Serves one connection until it ends; the answer is why it did.</summary>
    private string Serve()
    {
        try
        {
            _connectedAt = Stopwatch.GetTimestamp();
            using var link = SubscriptionConnection.Open(_endpoint, _options, _stop.Token);
            _link = link;
            _stop.Token.ThrowIfCancellationRequested();
            _silences = 0;
            using var pings = _time.CreateTimer(Ping, link, _options.PingInterval, _options.PingInterval);
            _set.Connect(link);
            link.Read(this);
            return "";
        }
        catch (Exception e)
        {
            if (!RedisErrors.IsExpected(e)) Log.Failed(_logger, e);
            return _link?.Ended ?? RedisErrors.Reason(e);
        }
        finally
        {
            _link = null;
            _set.Disconnect();
        }
    }

    private void Flow()
    {
        var took = Stopwatch.GetElapsedTime(_connectedAt);
        if (State.Up()) Log.Subscribed(_logger, _endpoint.ToString(), _set.Count, took.TotalMilliseconds);
    }

    private void Ping(object? link)
    {
        _silences = ((SubscriptionConnection)link!).Ping() ? 0 : _silences + 1;
        if (_silences > 1) ((SubscriptionConnection)link).End("the server gave no sign of life");
    }

    /// <summary>Delays that double, each with a random part so that pods do not reconnect in step. The first is at most 50 ms.</summary>
    private sealed class Backoff(TimeSpan longest)
    {
        private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

        private TimeSpan _next = First;

        public void Reset() => _next = First;

        public TimeSpan Next()
        {
            var wait = _next * (0.5 + (Random.Shared.NextDouble() / 2));
            _next = _next * 2 < longest ? _next * 2 : longest;
            return wait;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Subscribed at Redis {Endpoint}: {Channels} channels confirmed after {Milliseconds:0} ms")]
        public static partial void Subscribed(ILogger logger, string endpoint, int channels, double milliseconds);

        [LoggerMessage(2001, LogLevel.Warning, "Redis subscription connection to {Endpoint} lost: {Reason}. Reconnecting; messages published meanwhile are recovered from history where enabled")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);

        [LoggerMessage(2002, LogLevel.Error, "The subscription connection failed by a defect in this program; reconnecting")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
