using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>Targets are subscribed and unsubscribed.</summary>
internal sealed class SubscriptionTests
{
    private static readonly Target Room = Target.Room("a");

    private RepairedPod _pod = null!;

    private FakeServer Server => _pod.Server;

    private string Epoch => Server.LogOf(Room).Current.Epoch;

    [SetUp]
    public void Start() => _pod = new RepairedPod();

    [TearDown]
    public async Task StopAsync() => await _pod.DisposeAsync();

    [Test]
    public async Task A_subscription_completes_when_its_place_was_given()
    {
        Server.Publish(Room);
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        Server.Pass();
        await _pod.SettleAsync();
        Assert.That(subscribed.IsCompleted, Is.False);
        Assert.That(_pod.Received.Of(Room), Is.Empty);

        await _pod.FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
        AssertReceived($"at {Epoch}.1");
        Assert.That(_pod.Subscriber.SubscribeAsync(Room).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task A_message_before_the_place_gives_it()
    {
        Server.Publish(Room);
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        Server.Publish(Room);
        Server.Publish(Room);
        Server.Pass();
        AssertReceived($"at {Epoch}.1", $"{Epoch}.2", $"{Epoch}.3");
        Assert.That(subscribed.IsCompleted, Is.False, "what was published before the confirmation may be missing");
        await _pod.FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
        AssertReceived($"at {Epoch}.1", $"{Epoch}.2", $"{Epoch}.3");
    }

    [Test]
    public async Task A_late_message_of_an_earlier_subscription_does_not_hide_what_came_between()
    {
        await _pod.SubscribeAsync(Room);
        var late = Server.Publish(Room);
        await _pod.Subscriber.UnsubscribeAsync(Room);
        _pod.Received.Clear(Room);
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        _pod.Reader.Receive(late);
        Server.Publish(Room, arrives: false);
        await _pod.FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
        AssertReceived($"at {Epoch}.0", $"{Epoch}.1", $"{Epoch}.2");
    }

    [Test]
    public async Task All_is_positioned_without_being_subscribed()
    {
        await _pod.FinishAsync();
        Assert.That(_pod.Received.Of(Target.All), Is.EqualTo([$"at {Server.LogOf(Target.All).Current.Epoch}.0"]));
    }

    [Test]
    public async Task A_pending_subscription_is_cancelled_by_its_end()
    {
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        Server.Pass();
        await _pod.SettleAsync();
        await _pod.Subscriber.UnsubscribeAsync(Room);
        await _pod.FinishAsync();
        await TestTimeout.Until(() => subscribed.IsCanceled, "the pending call to be cancelled");
        Assert.That(_pod.Received.Of(Room), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_delivered_after_the_end_of_a_subscription_though_a_repair_runs()
    {
        await _pod.SubscribeAsync(Room);
        _pod.Received.Clear(Room);
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        await _pod.Subscriber.UnsubscribeAsync(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        Assert.That(_pod.Received.Of(Room), Is.Empty);
    }

    [Test]
    public async Task A_subscription_that_ends_within_a_page_gets_no_more_of_it()
    {
        await _pod.SubscribeAsync(Room);
        _pod.Received.Clear(Room);
        for (var i = 0; i < 5; i++) Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        _pod.Received.OnMessage = message =>
        {
            if (message.Position!.Value.Offset == 3) _ = _pod.Subscriber.UnsubscribeAsync(Room);
        };
        await _pod.FinishAsync();
        AssertReceived($"{Epoch}.1", $"{Epoch}.2", $"{Epoch}.3");
        Assert.That(_pod.Waiting.Used, Is.Zero);
    }

    [Test]
    public async Task A_target_that_is_subscribed_again_during_its_repair_begins_anew()
    {
        await _pod.SubscribeAsync(Room);
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        _pod.Received.Clear(Room);
        await _pod.Subscriber.UnsubscribeAsync(Room);
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
        AssertReceived($"at {Epoch}.2", $"{Epoch}.3");
    }

    [Test]
    public async Task A_subscription_during_an_outage_completes_after_it()
    {
        Server.Disconnect();
        var subscribed = _pod.Subscriber.SubscribeAsync(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        Assert.That(subscribed.IsCompleted, Is.False);
        Server.Reconnect();
        Server.Publish(Room);
        await _pod.FinishAsync();
        await TestTimeout.For(subscribed, "the subscription");
        AssertReceived($"at {Epoch}.1", $"{Epoch}.2");
    }

    private void AssertReceived(params string[] expected) => Assert.That(_pod.Received.Of(Room), Is.EqualTo(expected));
}
