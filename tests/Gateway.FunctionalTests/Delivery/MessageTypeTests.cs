using System.Text.Json;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Delivery;

internal sealed class MessageTypeTests
{
    private ServiceHost _gateway = null!;
    private Client _alice = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [SetUp]
    public async Task Connect()
    {
        _alice = await Client.ConnectAsync(_gateway, "alice");
        await _alice.JoinAsync("chat:room001");
    }

    [TearDown]
    public async Task Disconnect() => await _alice.DisposeAsync();

    [Test]
    public async Task C4_A_system_message_keeps_message_level_and_code()
    {
        await _gateway.Publisher.BroadcastAsync(OutgoingMessage.Of("system", new { message = "back at noon", level = "warning", code = 17 }));

        Assert.That(ContentOf(await _alice.NextAsync("system")), Is.EqualTo("""{"message":"back at noon","level":"warning","code":17}"""));
    }

    [Test]
    public async Task C4_A_notification_has_title_body_icon_and_link()
    {
        await _gateway.Publisher.SendUserNotificationAsync("alice", "Order 7", "is on its way", "truck.png", "/orders/7");

        Assert.That(
            ContentOf(await _alice.NextAsync("notification")),
            Is.EqualTo("""{"title":"Order 7","body":"is on its way","icon":"truck.png","link":"/orders/7"}"""));
    }

    [Test]
    public async Task C4_A_data_update_has_entity_action_id_and_data()
    {
        await _gateway.Publisher.SendDataUpdateAsync("chat:room001", "order", "updated", "7", new { Status = "sent" });

        Assert.That(
            ContentOf(await _alice.NextAsync("data_update")),
            Is.EqualTo("""{"entity":"order","action":"updated","id":"7","data":{"status":"sent"}}"""));
    }

    [Test]
    public async Task C4_A_user_message_has_from_to_and_text()
    {
        await using var bob = await Client.ConnectAsync(_gateway, "bob");

        await bob.SendAsync("""{"type":"user_message","to":"alice","content":{"text":"hello"}}""");

        Assert.That(ContentOf(await _alice.NextAsync("user_message")), Is.EqualTo("""{"from":"bob","to":"alice","text":"hello"}"""));
    }

    [Test]
    public async Task C4_A_room_message_has_room_and_text()
    {
        await _alice.SendAsync("""{"type":"room_message","room":"chat:room001","content":{"text":"hello"}}""");

        Assert.That(ContentOf(await _alice.NextAsync("room_message")), Is.EqualTo("""{"room":"chat:room001","text":"hello"}"""));
    }

    [Test]
    public async Task C4_A_chat_line_goes_to_a_room_or_to_a_user()
    {
        await _alice.SendAsync("""{"type":"chat","content":{"room":"chat:room001","text":"to all"}}""");
        await _alice.SendAsync("""{"type":"chat","content":{"to":"alice","text":"to myself"}}""");

        Assert.That(ContentOf(await _alice.NextAsync("chat")), Is.EqualTo("""{"room":"chat:room001","text":"to all"}"""));
        Assert.That(ContentOf(await _alice.NextAsync("chat")), Is.EqualTo("""{"from":"alice","to":"alice","text":"to myself"}"""));
    }

    private static string ContentOf(JsonElement message) => message.GetProperty("content").GetRawText();
}
