using System.Runtime.ExceptionServices;
using Gateway.Contracts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>How persistent a publish is: the only place that tries again. Services above map the failure to 503 and do not repeat it.</summary>
internal static class PublishPipeline
{
    private const int Retries = 2;
    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Break = TimeSpan.FromMilliseconds(500);

    public static readonly ResiliencePropertyKey<PublishCall> Call = new("gateway.publish");

    public static ResiliencePipeline<PublishResult> Create(TimeSpan budget, PublishOrder order, CircuitBreakerStateProvider circuit, TimeProvider time) =>
        new ResiliencePipelineBuilder<PublishResult> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = attempt => new(Rest(budget, CallOf(attempt.Context), time)) })
            .AddRetry(new RetryStrategyOptions<PublishResult>
            {
                MaxRetryAttempts = Retries,
                Delay = RetryDelay,
                ShouldHandle = attempt => new(MayRepeat(attempt.Outcome.Exception, CallOf(attempt.Context))),
                OnRetry = attempt => HoldTurn(CallOf(attempt.Context), order, attempt.Context.CancellationToken),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<PublishResult>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 3,
                SamplingDuration = Sampling,
                BreakDuration = Break,
                StateProvider = circuit,
                ShouldHandle = attempt => new(IsOutage(attempt.Outcome.Exception)
                    || (attempt.Outcome.Exception is OperationCanceledException && !CallOf(attempt.Context).IsGivenUp)),
            })
            .Build();

    /// <summary>Redis cannot be reached, as opposed to: it was and said no.</summary>
    public static bool IsOutage(Exception? fault) => fault is NotSentException or RedisConnectionException or TimeoutException;

    private static PublishCall CallOf(ResilienceContext context) => context.Properties.GetValue(Call, null!);

    /// <summary>What the attempt before the pipeline left of the budget; at least so much that its fault is counted.</summary>
    private static TimeSpan Rest(TimeSpan budget, PublishCall call, TimeProvider time)
    {
        var rest = budget - time.GetElapsedTime(call.Started);
        return rest > LeastRest ? rest : LeastRest;
    }

    private static bool MayRepeat(Exception? fault, PublishCall call) =>
        fault is NotSentException || (call.IsIdempotent && fault is RedisConnectionException);

    private static async ValueTask HoldTurn(PublishCall call, PublishOrder order, CancellationToken cancellation)
    {
        if (call.HoldsTurn) return;
        await order.EnterAsync(cancellation);
        call.HoldsTurn = true;
    }
}

/// <summary>One call to publish, through all its attempts.</summary>
internal sealed class PublishCall(Message message, byte[] payload, bool idempotent, long started, CancellationToken caller)
{
    public Message Message => message;

    public byte[] Payload => payload;

    public bool IsIdempotent => idempotent;

    /// <summary>When it was called, as a timestamp.</summary>
    public long Started => started;

    /// <summary>How the attempt outside the pipeline ended.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>True when the caller itself gave up, which says nothing about Redis.</summary>
    public bool IsGivenUp => caller.IsCancellationRequested;

    /// <summary>It waits or is tried again: later calls queue behind it.</summary>
    public bool HoldsTurn { get; set; }

    public ExceptionDispatchInfo? TakeFault()
    {
        var fault = Fault;
        Fault = null;
        return fault;
    }
}

/// <summary>The attempt ended before anything could have reached the server: it may be made again.</summary>
internal sealed class NotSentException(string reason, Exception? inner = null) : Exception(reason, inner);
