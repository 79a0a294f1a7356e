using System.Text;
using System.Threading.Channels;
using AdminApi.Publish;
using Gateway.Api.Publishing;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.UnitTests.AdminApi;

internal sealed class BatchPublisherTests
{
    private static readonly Caller Operator = new() { UserId = "o", UserName = "o", ExpiresAt = DateTimeOffset.MaxValue, IsOperator = true };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private ManualBus _bus;

    [SetUp]
    public void Start() => _bus = new();

    [Test]
    public async Task A_targets_messages_go_one_after_another_and_other_targets_do_not_wait()
    {
        var batch = Publish("a1", "a2", "b1");

        var (a1, b1) = (await _bus.NextAsync(), await _bus.NextAsync());
        Assert.That((a1.Id, b1.Id, _bus.HasMore), Is.EqualTo(("a1", "b1", false)));
        a1.Respond(PublishStatus.Accepted);
        var a2 = await _bus.NextAsync();
        Assert.That(a2.Id, Is.EqualTo("a2"));
        a2.Respond(PublishStatus.Accepted);
        b1.Respond(PublishStatus.Accepted);

        Assert.That((await batch).Select(Id), Is.EqualTo(new[] { "a1", "a2", "b1" }));
    }

    [Test]
    public async Task A_message_of_several_targets_keeps_its_place_among_the_messages_of_each()
    {
        var batch = Publish("a1", "b1", "ab2", "a3", "b3");

        var (a1, b1) = (await _bus.NextAsync(), await _bus.NextAsync());
        a1.Respond(PublishStatus.Accepted);
        Assert.That(_bus.HasMore, Is.False, "it waits for the last target too");
        b1.Respond(PublishStatus.Accepted);
        var copies = (await _bus.NextAsync(), await _bus.NextAsync());
        Assert.That((copies.Item1.Id, copies.Item2.Id), Is.EqualTo(("ab2", "ab2")));
        copies.Item1.Respond(PublishStatus.Accepted);
        Assert.That(_bus.HasMore, Is.False, "later messages of each target wait for it");
        copies.Item2.Respond(PublishStatus.Accepted);
        foreach (var last in new[] { await _bus.NextAsync(), await _bus.NextAsync() }) last.Respond(PublishStatus.Accepted);

        Assert.That((await batch).Select(Id), Is.EqualTo(new[] { "a1", "b1", "ab2", "a3", "b3" }));
    }

    [Test]
    public async Task Behind_what_the_bus_did_not_take_nothing_of_that_target_is_tried()
    {
        var batch = Publish("a1", "b1", "a2");
        (await _bus.NextAsync()).Respond(PublishStatus.Unavailable);
        (await _bus.NextAsync()).Respond(PublishStatus.Accepted);

        var responses = await batch;

        Assert.That(responses.Select(a => a.Error?.Status), Is.EqualTo(new int?[] { 503, null, 503 }));
        Assert.That(responses[2].Error!.Detail, Does.StartWith("not tried"));
        Assert.That((responses[0].Error!.Id, responses[2].Error!.Id), Is.EqualTo(("a1", "a2")), "the ids to repeat them with");
        Assert.That(_bus.HasMore, Is.False);
    }

    [TestCase(PublishStatus.Duplicate)]
    [TestCase(PublishStatus.TooLarge)]
    public async Task A_message_that_is_itself_to_blame_holds_back_no_other(PublishStatus status)
    {
        var batch = Publish("a1", "a2");
        (await _bus.NextAsync()).Respond(status);
        (await _bus.NextAsync()).Respond(PublishStatus.Accepted);

        Assert.That((await batch)[1].Response, Is.Not.Null);
    }

    private static string? Id(PublishOutcome response) => response.Response?.Id;

    /// <summary>The letters of an id are its rooms.</summary>
    private Task<PublishOutcome[]> Publish(params string[] ids)
    {
        var messages = string.Join(',', ids.Select(id =>
            $$"""{"targets":[{{string.Join(',', id.Where(char.IsLetter).Select(room => $"\"room:{room}\""))}}],"type":"t","id":"{{id}}"}"""));
        PublishBody.TryRead(Encoding.UTF8.GetBytes($$"""{"messages":[{{messages}}]}"""), DateTimeOffset.UnixEpoch, out var body);
        var publisher = new ItemPublisher(new GatewayPublisher(_bus, HistoryPolicies.None, TimeProvider.System), TimeProvider.System);
        return new BatchPublisher(publisher, Operator).PublishAsync(body!.Items, CancellationToken.None).WaitAsync(Limit);
    }

    private sealed record Asked(string Id, TaskCompletionSource<PublishResult> Result)
    {
        public void Respond(PublishStatus status) => Result.SetResult(new PublishResult(status, Id));
    }

    /// <summary>Responds when the test calls it.</summary>
    private sealed class ManualBus : IMessagePublisher
    {
        private readonly Channel<Asked> _asked = Channel.CreateUnbounded<Asked>();

        public bool HasMore => _asked.Reader.TryPeek(out _);

        public Task<Asked> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(Limit);

        public ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
        {
            var asked = new Asked(message.Id, new TaskCompletionSource<PublishResult>());
            _asked.Writer.TryWrite(asked);
            return new(asked.Result.Task);
        }
    }
}
