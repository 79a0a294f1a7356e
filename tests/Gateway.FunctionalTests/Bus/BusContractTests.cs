using Gateway.Bus;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The contract of both implementations of the bus.</summary>
internal abstract class BusContractTests
{
    private static readonly Target Room = Target.Room("chat:1");
    private static readonly Target Other = Target.Room("chat:2");

    private BusUnderTest _bus = null!;

    [SetUp]
    public async Task StartAsync() => _bus = await (await CreateAsync()).ConnectedAsync();

    [TearDown]
    public async Task StopAsync() => await _bus.DisposeAsync();

    [Test]
    public async Task All_is_received_from_the_start()
    {
        await _bus.Publisher.SendAsync(Target.All, "1");

        await _bus.Received.Until(1);
        Assert.That(_bus.Received.All[0].Target, Is.EqualTo(Target.All));
    }

    [Test]
    public async Task A_message_arrives_as_it_was_published()
    {
        var user = Target.User("auth0|5f Ü*[a]".Replace(" ", ""));
        await _bus.Subscriber.SubscribeAsync(user);
        var sent = Messages.Of(user, """{"a":[1,2.50,"ü"]}""") with { From = "u1", FromName = "Ü", Targets = [user, Target.All], Placed = new Dictionary<Target, Position> { [Target.All] = new("k3f9", 17) }, Key = "k", TraceParent = "t", Data = """{"x":1}"""u8.ToArray() };

        var result = await _bus.Publisher.PublishAsync(sent, idempotent: false, CancellationToken.None);

        await _bus.Received.Until(1);
        var received = _bus.Received.All[0];
        Assert.That((result.Status, result.Id), Is.EqualTo((PublishStatus.Accepted, sent.Id)));
        Assert.That(received with { Content = sent.Content, Data = sent.Data, Targets = sent.Targets, Placed = sent.Placed, Position = null }, Is.EqualTo(sent));
        Assert.That(received.Placed, Is.EqualTo(sent.Placed));
        Assert.That(received.Targets, Is.EqualTo(sent.Targets));
        Assert.That(received.Content.ToArray(), Is.EqualTo(sent.Content.ToArray()));
        Assert.That(received.Data.ToArray(), Is.EqualTo(sent.Data.ToArray()));
    }

    [Test]
    public async Task Ten_thousand_messages_arrive_in_the_order_of_the_calls()
    {
        const int Count = 10_000;
        const int InFlight = 500;
        await _bus.Subscriber.SubscribeAsync(Room);

        for (var sent = 0; sent < Count; sent += InFlight)
        {
            var results = await Task.WhenAll(Enumerable.Range(sent, InFlight).Select(i => _bus.Publisher.SendAsync(Room, $"{i}").AsTask()));
            Assert.That(results.Where(r => r.Status != PublishStatus.Accepted).Select(r => r.Reason), Is.Empty);
        }

        await _bus.Received.Until(Count);
        Assert.That(_bus.Received.For(Room), Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"{i}")));
    }

    [Test]
    public async Task Only_subscribed_targets_are_received()
    {
        await _bus.Subscriber.SubscribeAsync(Room);

        await _bus.Publisher.SendAsync(Other, "1");
        await _bus.Publisher.SendAsync(Room, "2");

        await _bus.Received.Until(1);
        Assert.That(_bus.Received.All.Select(m => m.Target), Is.EqualTo([Room]));
    }

    [Test]
    public async Task Messages_arrive_only_while_subscribed()
    {
        await _bus.Subscriber.SubscribeAsync(Room);
        await _bus.Subscriber.UnsubscribeAsync(Room);
        await _bus.Subscriber.SubscribeAsync(Other);
        await _bus.Publisher.SendAsync(Room, "1");
        await _bus.Publisher.SendAsync(Other, "2");
        await _bus.Received.Until(1);
        Assert.That(_bus.Received.For(Room), Is.Empty);

        await _bus.Subscriber.SubscribeAsync(Room);
        await _bus.Publisher.SendAsync(Room, "3");

        await _bus.Received.Until(2);
        Assert.That(_bus.Received.For(Room), Is.EqualTo(["3"]));
    }

    [Test]
    public async Task The_same_id_for_the_same_target_is_acknowledged_and_sent_once()
    {
        await _bus.Subscriber.SubscribeAsync(Room);
        await _bus.Subscriber.SubscribeAsync(Other);

        var first = await Publish(Room, "id-1");
        var second = await Publish(Room, "id-1");
        var elsewhere = await Publish(Other, "id-1");
        var third = await Publish(Room, "id-2");

        await _bus.Received.Until(3);
        PublishStatus[] expected = [PublishStatus.Accepted, PublishStatus.Duplicate, PublishStatus.Accepted, PublishStatus.Accepted];
        Assert.That(new[] { first, second, elsewhere, third }.Select(r => r.Status), Is.EqualTo(expected));
        Assert.That(_bus.Received.All.Where(m => m.Target == Room).Select(m => m.Id), Is.EqualTo(["id-1", "id-2"]));

        ValueTask<PublishResult> Publish(Target target, string id) => _bus.Publisher.PublishAsync(Messages.Of(target, "1", id), idempotent: true, CancellationToken.None);
    }

    [Test]
    public async Task A_message_of_more_than_256_KiB_is_too_large_and_one_below_is_not()
    {
        await _bus.Subscriber.SubscribeAsync(Room);

        var fits = await _bus.Publisher.SendAsync(Room, $"\"{new string('x', Message.MaxBytes - 1000)}\"");
        var tooLarge = await _bus.Publisher.SendAsync(Room, $"\"{new string('x', Message.MaxBytes)}\"");

        Assert.That((fits.Status, tooLarge.Status), Is.EqualTo((PublishStatus.Accepted, PublishStatus.TooLarge)));
        Assert.That(tooLarge.Reason, Does.Contain("262144"));
        await _bus.Received.Until(1);
    }

    [Test]
    public async Task Concurrent_subscribing_and_unsubscribing_ends_in_the_last_call()
    {
        const int Targets = 200;
        await Parallel.ForEachAsync(Enumerable.Range(0, Targets), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var target = Target.Room($"race:{i}");
            for (var round = 0; round < 20; round++)
            {
                // Not awaited: it is cancelled by the next line, or done.
                var pending = _bus.Subscriber.SubscribeAsync(target);
                await _bus.Subscriber.UnsubscribeAsync(target);
                await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (i % 2 == 0) await _bus.Subscriber.SubscribeAsync(target);
        });

        for (var i = 0; i < Targets; i++) await _bus.Publisher.SendAsync(Target.Room($"race:{i}"), "1");
        await _bus.Publisher.SendAsync(Target.All, "2");

        await _bus.Received.Until((Targets / 2) + 1);
        var expected = Enumerable.Range(0, Targets).Where(i => i % 2 == 0).Select(i => Target.Room($"race:{i}")).Append(Target.All);
        Assert.That(_bus.Received.All.Select(m => m.Target), Is.EqualTo(expected));
    }

    [Test]
    public async Task State_is_set_read_and_set_only_once()
    {
        var state = _bus.State;
        Assert.That(await state.GetAsync("task:1", CancellationToken.None), Is.Null);
        Assert.That(await state.GetOrSetAsync("task:1", "ann", null, CancellationToken.None), Is.EqualTo("ann"));
        Assert.That(await state.GetOrSetAsync("task:1", "bob", null, CancellationToken.None), Is.EqualTo("ann"));
        await state.SetAsync("task:1", "bob", TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.That(await state.GetAsync("task:1", CancellationToken.None), Is.EqualTo("bob"));
    }

    [Test]
    public async Task State_is_taken_by_one_of_several()
    {
        var state = _bus.State;
        await state.SetAsync("t", "v", TimeSpan.FromMinutes(1), CancellationToken.None);

        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => state.TakeAsync("t", CancellationToken.None)));

        Assert.That(taken.Where(value => value is not null), Is.EqualTo(["v"]));
    }

    [Test]
    public async Task Fields_are_set_read_and_removed()
    {
        var state = _bus.State;
        Assert.That(await state.GetFieldsAsync("h", CancellationToken.None), Is.Empty);
        foreach (var field in new[] { "a", "b", "b" }) await state.SetFieldAsync("h", field, field + "1", CancellationToken.None);
        await state.RemoveFieldsAsync("h", ["a", "c"], CancellationToken.None);

        Assert.That(await state.GetFieldsAsync("h", CancellationToken.None), Is.EqualTo(new Dictionary<string, string> { ["b"] = "b1" }));
    }

    [Test]
    public async Task State_ends_with_its_time()
    {
        await _bus.State.SetAsync("k", "v", TimeSpan.FromMilliseconds(20), CancellationToken.None);
        await TestTimeout.Until(async () => await _bus.State.GetAsync("k", CancellationToken.None) is null, "the value to end");
        Assert.That(await _bus.State.GetOrSetAsync("k", "w", null, CancellationToken.None), Is.EqualTo("w"));
    }

    protected abstract Task<BusUnderTest> CreateAsync();
}
