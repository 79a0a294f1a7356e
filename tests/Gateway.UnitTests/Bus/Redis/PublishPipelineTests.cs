using System.Runtime.CompilerServices;
using Gateway.Bus;
using Gateway.Bus.Redis.Publishing;
using Gateway.Contracts;
using NUnit.Framework;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Gateway.UnitTests.Bus.Redis;

/// <summary>A publish is repeated only if it was certainly not sent, or if Redis recognizes it by its id or finds it in the log.</summary>
internal sealed class PublishPipelineTests
{
    private static readonly PublishResult Accepted = new(PublishStatus.Accepted, "1");

    private PublishOrder _order = null!;

    [SetUp]
    public void CreateOrder() => _order = new PublishOrder();

    [TestCase(false, true)]
    [TestCase(true, true)]
    public async Task What_was_not_sent_is_repeated(bool idempotent, bool expected) =>
        Assert.That(await IsRepeatedAsync(new NotSentException("not connected"), idempotent), Is.EqualTo(expected));

    [TestCase(false, false, false)]
    [TestCase(true, false, true)]
    [TestCase(false, true, true)]
    public async Task What_may_have_been_sent_is_repeated_with_an_id_or_history_only(bool idempotent, bool history, bool expected) =>
        Assert.That(await IsRepeatedAsync((Exception)RuntimeHelpers.GetUninitializedObject(typeof(RedisConnectionException)), idempotent, history), Is.EqualTo(expected));

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_publish_without_a_response_in_time_is_not_repeated(bool idempotent) =>
        Assert.That(await IsRepeatedAsync(new TimeoutException(), idempotent), Is.False);

    [Test]
    public async Task A_publish_that_is_repeated_keeps_its_turn()
    {
        var call = Call(idempotent: true);
        var isClear = new List<bool>();

        await RunAsync(call, () =>
        {
            isClear.Add(_order.IsClear);
            return isClear.Count == 1 ? throw new NotSentException("not connected") : Accepted;
        });

        Assert.That(isClear, Is.EqualTo([true, false]), "from the first failure on, later calls queue behind it");
        Assert.That(call.IsQueued, Is.True);
    }

    private async Task<bool> IsRepeatedAsync(Exception error, bool idempotent, bool history = false)
    {
        var attempts = 0;
        try
        {
            await RunAsync(Call(idempotent, history), () => ++attempts == 1 ? throw error : Accepted);
        }
        catch (Exception e) when (e == error)
        {
            // Not repeated.
        }

        return attempts == 2;
    }

    private async Task<PublishResult> RunAsync(PublishCall call, Func<PublishResult> attempt)
    {
        var pipeline = PublishPipeline.Create(TimeSpan.FromSeconds(30), _order, new CircuitBreakerStateProvider(), TimeProvider.System);
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(PublishPipeline.Call, call);
        try
        {
            return await pipeline.ExecuteAsync(static (_, state) => ValueTask.FromResult(state()), context, attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static PublishCall Call(bool idempotent, bool history = false) => new(
        new Message { Id = "1", Type = "chat", Target = Target.All, Timestamp = 1 }, [], history ? new HistoryPolicy() : null, idempotent, 1, TimeProvider.System.GetTimestamp(), CancellationToken.None);
}
