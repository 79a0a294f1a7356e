using System.Runtime.ExceptionServices;
using Gateway.Bus.Redis.History;
using Gateway.Contracts;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Publishes to Redis. Expected outcomes are values. Calls made one after another keep their order, and calls made while one is
/// retried queue behind it. Of calls in flight together when the connection is lost, one may overtake another: the client library
/// sends what it had not written yet on the next connection.
/// </summary>
internal sealed class RedisPublisher : IMessagePublisher
{
    private const int MaxLoads = 3;

    private readonly RedisConnection _connection;
    private readonly HistoryScriptLoader _scripts;
    private readonly HistoryPolicies _policies;
    private readonly BusMetrics _metrics;
    private readonly RedisNames _names;
    private readonly PublishOrder _order = new();
    private readonly ResiliencePipeline<PublishResult> _pipeline;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _budget;
    private long _calls;

    public RedisPublisher(
        RedisConnection connection, HistoryScriptLoader scripts, HistoryPolicies policies, BusMetrics metrics, IOptions<RedisOptions> options, TimeProvider time)
    {
        _connection = connection;
        _scripts = scripts;
        _policies = policies;
        _metrics = metrics;
        _names = new RedisNames(options.Value.Prefix);
        _budget = options.Value.PublishTimeout;
        _time = time;
        _pipeline = PublishPipeline.Create(_budget, _order, _circuit, time);
    }

    public async ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        var result = await SendAsync(message, idempotent, cancellation);
        _metrics.Published(result.Status);
        return result;
    }

    private async ValueTask<PublishResult> SendAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        var payload = MessageWriter.ToBytes(message);
        if (payload.Length > Message.MaxBytes) return PublishResult.TooLarge(message.Id, payload.Length);

        var call = new PublishCall(message, payload, _policies.Of(message.Target), idempotent, Interlocked.Increment(ref _calls), _time.GetTimestamp(), cancellation);
        try
        {
            // Normally the pipeline is not entered: it would add 12 µs of CPU to the 9 of the attempt.
            if (_order.IsClear && _circuit.CircuitState == CircuitState.Closed && await TryFirstAsync(call, cancellation) is { } result) return result;
            return await PersistAsync(call, cancellation);
        }
        catch (Exception e) when (Reason(e) is { } reason)
        {
            return new PublishResult(PublishStatus.Unavailable, message.Id, Reason: reason);
        }
    }

    /// <summary>
    /// Null if Redis could not be reached, in which case the pipeline takes the error as that of its first attempt, or if the call needs its
    /// turn in the queue.
    /// </summary>
    private async ValueTask<PublishResult?> TryFirstAsync(PublishCall call, CancellationToken cancellation)
    {
        if (!_order.TryBegin()) return null;
        var scripts = _scripts.Current(_connection.Number);
        try
        {
            var sending = Send(call, scripts);
            return ToResult(call, sending.IsCompletedSuccessfully ? await sending : await Watch(sending).WaitAsync(_budget, _time, cancellation));
        }
        catch (Exception e) when (e is ScriptMissingException || (e is RedisServerException && HistoryScripts.IsUnknown(e)))
        {
            call.Unknown = scripts;
            call.Enter(_order);
            return null;
        }
        catch (Exception e) when (PublishPipeline.IsOutage(e))
        {
            call.Error = ExceptionDispatchInfo.Capture(e);
            call.MayHaveArrived = e is RedisConnectionException;
            if (PublishPipeline.MayRepeat(e, call)) call.Enter(_order);
            return null;
        }
        finally
        {
            _order.End();
        }
    }

    private async ValueTask<PublishResult> PersistAsync(PublishCall call, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(PublishPipeline.Call, call);
        try
        {
            return await _pipeline.ExecuteAsync(static (context, state) => state.publisher.AttemptAsync(state.call, context.CancellationToken), context, (publisher: this, call));
        }
        finally
        {
            if (call.IsQueued) _order.Leave(call.Number);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<PublishResult> AttemptAsync(PublishCall call, CancellationToken cancellation)
    {
        if (call.TakeError() is { } error) error.Throw();
        for (var loads = 0; ; loads++)
        {
            call.Enter(_order);
            // Nothing is in flight while scripts are loaded: of two calls to which they were unknown, the later one could meet them first.
            await _order.WaitAsync(call.Number, () => NeedsLoad(call), cancellation);
            var scripts = call.Policy is not null && _connection.Database is { } database
                ? await _scripts.LoadAsync(database, _connection.Number, call.Unknown, cancellation)
                : null;
            var sending = Watch(Send(call, scripts));
            call.Sent(_order);
            try
            {
                return ToResult(call, await sending.WaitAsync(cancellation));
            }
            catch (RedisServerException e) when (HistoryScripts.IsUnknown(e) && loads < MaxLoads)
            {
                call.Unknown = scripts;
                call.Enter(_order);
            }
            catch (RedisConnectionException e)
            {
                call.MayHaveArrived = true;
                if (PublishPipeline.MayRepeat(e, call)) call.Enter(_order);
                throw;
            }
            finally
            {
                _order.EndSent();
            }
        }
    }

    private bool NeedsLoad(PublishCall call) =>
        call.Policy is not null && (_scripts.Current(_connection.Number) is not { } scripts || scripts == call.Unknown);

    private static PublishResult ToResult(PublishCall call, Sent sent) =>
        new(sent.IsNew ? PublishStatus.Accepted : PublishStatus.Duplicate, call.Message.Id, sent.Position?.Offset ?? 0, sent.Position?.Epoch);

    /// <summary>
    /// A task that has already failed because there is no connection was not sent. One that failed in any other way may have been sent,
    /// and the connection was lost before the task was looked at.
    /// </summary>
    private static Task<Sent> Watch(Task<Sent> sending) =>
        sending.IsFaulted && sending.Exception.InnerException is RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection } e
            ? throw new NotSentException(RedisErrors.Reason(e), e)
            : sending;

    private Task<Sent> Send(PublishCall call, HistoryScripts? scripts)
    {
        if (_connection.Database is not { } database) throw new NotSentException("not connected yet");
        if (call.Policy is { } policy) return NumberedPublish.RunAsync(database, scripts ?? throw new ScriptMissingException(), _names, call, policy);
        var channel = _names.Channel(call.Message.Target);
        return call.IsIdempotent
            ? PublishScript.RunAsync(database, _names.PublishedId(channel, call.Message.Id), channel, call.Payload)
            : PublishAsync(database, channel, call.Payload);
    }

    private static async Task<Sent> PublishAsync(IDatabase database, string channel, byte[] payload)
    {
        await database.PublishAsync(new RedisChannel(channel, RedisChannel.PatternMode.Literal), payload);
        return new Sent(IsNew: true);
    }

    private string? Reason(Exception exception) => exception switch
    {
        RedisServerException => $"Redis refused: {RedisErrors.Reason(exception)}",
        NotSentException or RedisConnectionException or BrokenCircuitException => $"Redis is down: {_connection.Health.Reason ?? "the connection was just lost"}",
        TimeoutRejectedException or TimeoutException => $"Redis did not respond within {_budget.TotalMilliseconds:0} ms",
        _ => null,
    };

    /// <summary>The scripts were not loaded on this connection yet.</summary>
    private sealed class ScriptMissingException : Exception;
}
