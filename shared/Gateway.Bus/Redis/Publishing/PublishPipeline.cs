using System.Runtime.ExceptionServices;
using Gateway.Bus.Redis.History;
using Gateway.Contracts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>The retries of a publish. This is the only place that retries: services map the failure to 503.</summary>
internal static class PublishPipeline
{
    private const int Retries = 2;
    private static readonly TimeSpan MinRemaining = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Break = TimeSpan.FromMilliseconds(500);

    public static readonly ResiliencePropertyKey<PublishCall> Call = new("gateway.publish");

    public static ResiliencePipeline<PublishResult> Create(TimeSpan budget, PublishOrder order, CircuitBreakerStateProvider circuit, TimeProvider time) =>
        new ResiliencePipelineBuilder<PublishResult> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = attempt => new(Remaining(budget, CallOf(attempt.Context), time)) })
            .AddRetry(new RetryStrategyOptions<PublishResult>
            {
                MaxRetryAttempts = Retries,
                Delay = RetryDelay,
                ShouldHandle = attempt => new(MayRepeat(attempt.Outcome.Exception, CallOf(attempt.Context))),
                OnRetry = attempt =>
                {
                    CallOf(attempt.Context).Enter(order);
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<PublishResult>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 3,
                SamplingDuration = Sampling,
                BreakDuration = Break,
                StateProvider = circuit,
                ShouldHandle = attempt => new(IsOutage(attempt.Outcome.Exception)
                    || (attempt.Outcome.Exception is OperationCanceledException && !CallOf(attempt.Context).IsCancelled)),
            })
            .Build();

    /// <summary>True if Redis could not be reached; false if it replied with an error.</summary>
    public static bool IsOutage(Exception? error) => error is NotSentException or RedisConnectionException or TimeoutException;

    private static PublishCall CallOf(ResilienceContext context) => context.Properties.GetValue(Call, null!);

    /// <summary>The budget minus the attempt made before the pipeline; never so small that its error would not be counted.</summary>
    private static TimeSpan Remaining(TimeSpan budget, PublishCall call, TimeProvider time)
    {
        var remaining = budget - time.GetElapsedTime(call.Started);
        return remaining > MinRemaining ? remaining : MinRemaining;
    }

    /// <summary>Only what was certainly not sent, or what Redis recognizes by its id or finds in the log.</summary>
    public static bool MayRepeat(Exception? error, PublishCall call) =>
        error is NotSentException || ((call.IsIdempotent || call.Policy is not null) && error is RedisConnectionException);
}

/// <summary>One call to publish, with all its attempts.</summary>
internal sealed class PublishCall(
    Message message, byte[] payload, HistoryPolicy? policy, bool idempotent, long number, long started, CancellationToken caller)
{
    public Message Message => message;

    public byte[] Payload => payload;

    /// <summary>Null for a target without history.</summary>
    public HistoryPolicy? Policy => policy;

    public bool IsIdempotent => idempotent;

    /// <summary>The scripts that the server did not know.</summary>
    public HistoryScripts? Unknown { get; set; }

    /// <summary>True if the reply to an earlier attempt was lost.</summary>
    public bool MayHaveArrived { get; set; }

    /// <summary>Counts the calls: of two, the earlier has the smaller number.</summary>
    public long Number => number;

    /// <summary>The timestamp of the call.</summary>
    public long Started => started;

    /// <summary>The error of the attempt made outside the pipeline.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>True if the caller cancelled, which says nothing about Redis.</summary>
    public bool IsCancelled => caller.IsCancellationRequested;

    /// <summary>True while it waits to be sent: later calls queue behind it.</summary>
    public bool IsQueued { get; private set; }

    public void Enter(PublishOrder order)
    {
        if (IsQueued) return;
        order.Register(number);
        IsQueued = true;
    }

    /// <summary>It was sent in its turn, and has left the queue.</summary>
    public void Sent(PublishOrder order)
    {
        order.Sent(number);
        IsQueued = false;
    }

    public ExceptionDispatchInfo? TakeError()
    {
        var error = Error;
        Error = null;
        return error;
    }
}

/// <summary>The attempt ended before anything was sent: it may be repeated.</summary>
internal sealed class NotSentException(string reason, Exception? inner = null) : Exception(reason, inner);
