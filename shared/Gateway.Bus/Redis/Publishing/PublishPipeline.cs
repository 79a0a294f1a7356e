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
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Break = TimeSpan.FromMilliseconds(500);

    public static readonly ResiliencePropertyKey<Outgoing> Call = new("gateway.publish");

    public static ResiliencePipeline<PublishResult> Create(TimeSpan budget, PublishOrder order, TimeProvider time) =>
        new ResiliencePipelineBuilder<PublishResult> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = budget })
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
                ShouldHandle = attempt => new(IsOutage(attempt.Outcome.Exception, CallOf(attempt.Context))),
            })
            .Build();

    private static Outgoing CallOf(ResilienceContext context) => context.Properties.GetValue(Call, null!);

    private static bool MayRepeat(Exception? fault, Outgoing call) =>
        fault is NotSentException || (call.IsIdempotent && fault is RedisConnectionException);

    private static bool IsOutage(Exception? fault, Outgoing call) =>
        fault is NotSentException or RedisConnectionException or TimeoutException || (fault is OperationCanceledException && !call.IsGivenUp);

    private static async ValueTask HoldTurn(Outgoing call, PublishOrder order, CancellationToken cancellation)
    {
        if (call.HoldsTurn) return;
        await order.EnterAsync(cancellation);
        call.HoldsTurn = true;
    }
}
