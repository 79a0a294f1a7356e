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

    public static readonly ResiliencePropertyKey<Outgoing> Call = new("gateway.publish");

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

    private static Outgoing CallOf(ResilienceContext context) => context.Properties.GetValue(Call, null!);

    /// <summary>What the attempt before the pipeline left of the budget; at least so much that its fault is counted.</summary>
    private static TimeSpan Rest(TimeSpan budget, Outgoing call, TimeProvider time)
    {
        var rest = budget - time.GetElapsedTime(call.Started);
        return rest > LeastRest ? rest : LeastRest;
    }

    private static bool MayRepeat(Exception? fault, Outgoing call) =>
        fault is NotSentException || (call.IsIdempotent && fault is RedisConnectionException);

    private static async ValueTask HoldTurn(Outgoing call, PublishOrder order, CancellationToken cancellation)
    {
        if (call.HoldsTurn) return;
        await order.EnterAsync(cancellation);
        call.HoldsTurn = true;
    }
}
