using System.Diagnostics;
using System.Text;
using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using Gateway.Publishing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.UnitTests.Publishing;

internal sealed class GatewayPublisherTests
{
    private readonly InProcessBus _bus = new(HistoryPolicies.None, TimeProvider.System);

    private GatewayPublisher Publisher => new(_bus, HistoryPolicies.None, TimeProvider.System);

    [Test]
    public async Task A_system_notification_goes_to_all()
    {
        var all = await RecordingReceiver.ListenAsync(_bus);

        var result = await Publisher.SendSystemNotificationAsync("Maintenance", "Tonight at ten", "wrench", "/status");

        Assert.That(result.Status, Is.EqualTo(PublishStatus.Accepted));
        Assert.That(all.Only.Target, Is.EqualTo(Target.All));
        Assert.That(all.Only.Type, Is.EqualTo("notification"));
        Assert.That(all.OnlyContent, Is.EqualTo("""{"title":"Maintenance","body":"Tonight at ten","icon":"wrench","link":"/status"}"""));
    }

    [Test]
    public async Task A_user_notification_goes_to_that_user_and_leaves_out_what_was_not_given()
    {
        var user = await RecordingReceiver.ListenAsync(_bus, Target.User("auth0|5f"));

        await Publisher.SendUserNotificationAsync("auth0|5f", "Hi", "There");

        Assert.That(user.OnlyContent, Is.EqualTo("""{"title":"Hi","body":"There"}"""));
    }

    [TestCase("""{"title":"T","content":"C"}""", """{"body":"C","title":"T","content":"C"}""")]
    [TestCase("""{"title":"T","message":"M"}""", """{"body":"M","title":"T","message":"M"}""")]
    [TestCase("""{"title":"T","body":"B","content":"C"}""", """{"title":"T","body":"B","content":"C"}""")]
    [TestCase("\"text\"", "\"text\"")]
    public async Task A_notification_gets_its_body_from_content_or_message(string written, string content)
    {
        var user = await RecordingReceiver.ListenAsync(_bus, Target.User("42"));

        await Publisher.PublishAsync(Target.User("42"), new OutgoingMessage { Type = "notification", Content = Encoding.UTF8.GetBytes(written) });

        Assert.That(user.OnlyContent, Is.EqualTo(content));
    }

    [Test]
    public async Task A_data_update_names_entity_action_and_id()
    {
        var room = await RecordingReceiver.ListenAsync(_bus, Target.Room("orders"));

        await Publisher.SendDataUpdateAsync("orders", "order", "updated", "17", new { TotalPrice = 5 });

        Assert.That(room.Only.Type, Is.EqualTo("data_update"));
        Assert.That(room.OnlyContent, Is.EqualTo("""{"entity":"order","action":"updated","id":"17","data":{"totalPrice":5}}"""));
    }

    [Test]
    public async Task A_room_name_that_is_a_users_reaches_that_user()
    {
        var user = await RecordingReceiver.ListenAsync(_bus, Target.User("42"));

        await Publisher.BroadcastToRoomAsync("user:42", OutgoingMessage.Of("chat", new { Text = "hi" }));

        Assert.That(user.OnlyContent, Is.EqualTo("""{"text":"hi"}"""));
    }

    [Test]
    public async Task A_broadcast_keeps_the_content_as_the_bytes_it_came_in()
    {
        var all = await RecordingReceiver.ListenAsync(_bus);
        var raw = """{ "price": 1.10, "tags": [ ] }""";

        await Publisher.BroadcastAsync(new OutgoingMessage { Type = "tick", Content = Encoding.UTF8.GetBytes(raw), Key = "eur" });

        Assert.That(all.OnlyContent, Is.EqualTo(raw));
        Assert.That(all.Only.Key, Is.EqualTo("eur"));
    }

    [Test]
    public async Task Several_targets_get_one_id_and_know_how_many_they_are()
    {
        var both = await RecordingReceiver.ListenAsync(_bus, Target.Room("a"), Target.Room("b"));

        var results = await Publisher.PublishAsync([Target.Room("a"), Target.Room("b")], OutgoingMessage.Of("tick", 1));

        Assert.That(results, Has.Length.EqualTo(2));
        Assert.That(results.Select(r => r.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(both.Received.Select(m => m.Target), Is.EqualTo(new[] { Target.Room("a"), Target.Room("b") }));
        Assert.That(both.Received.Select(m => m.Targets), Is.All.EqualTo(new[] { Target.Room("a"), Target.Room("b") }));
    }

    [Test]
    public async Task The_same_id_is_sent_once_and_a_message_without_one_each_time()
    {
        var all = await RecordingReceiver.ListenAsync(_bus);
        var withId = OutgoingMessage.Of("tick", 1) with { Id = "mine" };

        var first = await Publisher.BroadcastAsync(withId);
        var second = await Publisher.BroadcastAsync(withId);
        await Publisher.BroadcastAsync(withId with { Id = null });
        await Publisher.BroadcastAsync(withId with { Id = null });

        Assert.That((first.Status, second.Status), Is.EqualTo((PublishStatus.Accepted, PublishStatus.Duplicate)));
        Assert.That(all.Received, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Too_large_is_a_result_and_no_exception()
    {
        var result = await Publisher.BroadcastAsync(OutgoingMessage.Of("tick", new string('x', Message.MaxBytes)));

        Assert.That(result.Status, Is.EqualTo(PublishStatus.TooLarge));
        Assert.That(result.Reason, Does.Contain("262144"));
    }

    [Test]
    public async Task The_trace_of_the_caller_travels_with_the_message()
    {
        var all = await RecordingReceiver.ListenAsync(_bus);
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Publisher.SendSystemNotificationAsync("t", "b");

        Assert.That(all.Only.TraceParent, Is.EqualTo(activity.Id));
    }

    [Test]
    public async Task A_service_of_ones_own_needs_the_bus_only()
    {
        var services = new ServiceCollection().AddSingleton<IMessagePublisher>(_bus).AddGatewayPublisher();
        await using var provider = services.BuildServiceProvider(validateScopes: true);

        var result = await provider.GetRequiredService<GatewayPublisher>().SendUserNotificationAsync("1", "t", "b");

        Assert.That(result.Taken);
    }
}
