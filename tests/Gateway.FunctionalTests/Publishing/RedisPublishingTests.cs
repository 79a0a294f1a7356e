using System.Text.Json;
using AdminApi;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>What both services and the publisher library write to a real Redis, read with a plain SUBSCRIBE.</summary>
internal sealed class RedisPublishingTests
{
    private PublisherApis _apis = null!;

    [OneTimeSetUp]
    public async Task Start() => _apis = await PublisherApis.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _apis.DisposeAsync();

    [Test]
    public async Task C12_System_and_user_notifications()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:all", "gateway:user:auth0%7C5f");

        await _apis.Admin.Publisher.SendSystemNotificationAsync("Title", "Body", "icon", "/link");
        await _apis.Admin.Publisher.SendUserNotificationAsync("auth0|5f", "Title", "Body");

        AssertMessage(await ears.NextAsync(), "gateway:all", "notification", """{"title":"Title","body":"Body","icon":"icon","link":"/link"}""");
        AssertMessage(await ears.NextAsync(), "gateway:user:auth0%7C5f", "notification", """{"title":"Title","body":"Body"}""");
    }

    [Test]
    public async Task C12_Broadcast_to_a_room_and_to_all()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:all", "gateway:room:chat:1");

        await _apis.Admin.Publisher.BroadcastToRoomAsync("chat:1", OutgoingMessage.Of("chat", new { Text = "hi" }));
        await _apis.Admin.Publisher.BroadcastAsync(OutgoingMessage.Of("tick", 1));

        AssertMessage(await ears.NextAsync(), "gateway:room:chat:1", "chat", """{"text":"hi"}""");
        AssertMessage(await ears.NextAsync(), "gateway:all", "tick", "1");
    }

    [Test]
    public async Task C12_Data_update()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:room:orders");

        await _apis.Admin.Publisher.SendDataUpdateAsync("orders", "order", "updated", "17", new { Total = 5 });

        AssertMessage(await ears.NextAsync(), "gateway:room:orders", "data_update", """{"entity":"order","action":"updated","id":"17","data":{"total":5}}""");
    }

    [Test]
    public async Task C13_Notifications_over_HTTP()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:all", "gateway:user:7");

        await Post(_apis.Admin, "/api/v1/admin/notifications/system", """{"title":"t","body":"b"}""");
        await Post(_apis.Admin, "/api/v1/admin/notifications/user/7", """{"title":"t","body":"b"}""");
        await Post(_apis.Admin, "/api/v1/admin/notifications/order", """{"user_id":7,"order_id":"o1","order_status":"paid"}""");

        AssertMessage(await ears.NextAsync(), "gateway:all", "notification", """{"title":"t","body":"b"}""");
        AssertMessage(await ears.NextAsync(), "gateway:user:7", "notification", """{"title":"t","body":"b"}""");
        Assert.That((await ears.NextAsync()).Message.GetProperty("data").GetRawText(), Is.EqualTo("""{"order_id":"o1","order_status":"paid","user_id":"7"}"""));
    }

    [Test]
    public async Task C13_A_user_id_in_the_path_is_percent_decoded()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:user:auth0%7C5f%2F7c");

        await Post(_apis.Admin, "/api/v1/admin/notifications/user/auth0%7C5f%2F7c", """{"title":"t","body":"b"}""");

        AssertMessage(await ears.NextAsync(), "gateway:user:auth0%7C5f%2F7c", "notification", """{"title":"t","body":"b"}""");
    }

    [Test]
    public async Task C13_Messages_chat_and_tasks_over_HTTP()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:user:bob", "gateway:task:t1");

        await Post(_apis.User, "/api/v1/user/messages", """{"to":"bob","text":"hi"}""");
        await Post(_apis.User, "/api/v1/user/chat", """{"to":"bob","text":"hi"}""");
        await _apis.User.PutAsync("/api/v1/user/tasks/t1", Tokens.Operator(), """{"user_id":"ann"}""");
        var owner = await _apis.Redis.CommandAsync("GET", "gateway:task:t1");
        await Post(_apis.User, "/api/v1/user/tasks/t1/progress", """{"status":"failed","message":"no"}""", Tokens.For("ann"));

        AssertMessage(await ears.NextAsync(), "gateway:user:bob", "user_message", """{"from":"olga","to":"bob","text":"hi"}""");
        AssertMessage(await ears.NextAsync(), "gateway:user:bob", "chat", """{"from":"olga","to":"bob","text":"hi"}""");
        Assert.That((await ears.NextAsync()).Message.GetProperty("type").GetString(), Is.EqualTo("error"));
        Assert.That(owner, Is.EqualTo("ann"));
        Assert.That(int.Parse(await _apis.Redis.CommandAsync("TTL", "gateway:task:t1")), Is.InRange(7 * 86_400 - 400, 7 * 86_400));
    }

    [Test]
    public async Task A_batch_of_a_thousand_arrives_in_order()
    {
        using var ears = await RecordingRedisClient.ListenAsync(_apis.Redis, "gateway:room:a", "gateway:room:b");
        var messages = Enumerable.Range(0, 1_000).Select(i => $$"""{"target":"room:{{(i % 3 == 0 ? "b" : "a")}}","type":"tick","content":{{i}}}""");

        var response = await Post(_apis.Admin, "/publish", $$"""{"messages":[{{string.Join(',', messages)}}]}""");

        var heard = new List<(string Channel, int Number)>();
        while (heard.Count < 1_000)
        {
            var (channel, message) = await ears.NextAsync();
            heard.Add((channel, message.GetProperty("content").GetInt32()));
        }

        Assert.That(response.Json.GetProperty("results").GetArrayLength(), Is.EqualTo(1_000));
        foreach (var room in heard.GroupBy(h => h.Channel)) Assert.That(room.Select(h => h.Number), Is.Ordered);
    }

    [Test]
    public async Task Another_process_with_the_same_id_is_a_duplicate()
    {
        await using var second = await ApiHost.StartAsync(AdminApiApp.Create, _apis.Redis.Settings);
        var json = """{"targets":["room:x","room:y"],"type":"tick","id":"both"}""";

        var first = await Post(_apis.Admin, "/publish", json);
        var again = await Post(second, "/publish", json);

        Assert.That((first.Json.GetProperty("duplicate").GetBoolean(), again.Json.GetProperty("duplicate").GetBoolean()), Is.EqualTo((false, true)));
    }

    private static void AssertMessage((string Channel, JsonElement Message) heard, string channel, string type, string content)
    {
        Assert.That((heard.Channel, heard.Message.GetProperty("type").GetString()), Is.EqualTo((channel, type)));
        Assert.That(heard.Message.GetProperty("content").GetRawText(), Is.EqualTo(content));
    }

    private static async Task<ApiResponse> Post(ApiHost host, string path, string json, string? token = null)
    {
        var response = await host.PostAsync(path, token ?? Tokens.Operator(), json);
        Assert.That(response.Status, Is.EqualTo(200), response.Text);
        return response;
    }
}
