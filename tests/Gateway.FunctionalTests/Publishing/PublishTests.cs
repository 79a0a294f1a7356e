using System.Text;
using AdminApi;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary><c>POST /publish</c>, one message.</summary>
internal sealed class PublishTests
{
    private static readonly string Everybody = Tokens.WithScopes("sue", "publish:all publish:room publish:user");

    private ApiHost _host;
    private RecordingClient _ears;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.StartAsync(AdminApiApp.Create);
        _ears = RecordingClient.Of(_host);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("all", TargetKind.All, "")]
    [TestCase("user:auth0|5f", TargetKind.User, "auth0|5f")]
    [TestCase("room:chat:room001", TargetKind.Room, "chat:room001")]
    [TestCase("task:t-1", TargetKind.Task, "t-1")]
    public async Task A_message_reaches_its_target_with_its_bytes_untouched(string target, TargetKind kind, string name)
    {
        var content = """{ "price": 1.10, "text": "Grüße\u0041", "big": 12345678901234567890 }""";
        await _ears.ListenAsync(new Target(kind, name));

        var response = await Publish($$"""{"target":"{{target}}","type":"tick","content":{{content}},"data":{"a":1},"key":"k","from":"bob","from_name":"Bob"}""");

        var message = await _ears.NextAsync();
        Assert.That(response.Status, Is.EqualTo(200), response.Text);
        Assert.That(message.Target, Is.EqualTo(new Target(kind, name)));
        Assert.That(RecordingClient.Content(message), Is.EqualTo(content));
        Assert.That(Encoding.UTF8.GetString(message.Data.Span), Is.EqualTo("""{"a":1}"""));
        Assert.That((message.Type, message.Key, message.From, message.FromName), Is.EqualTo(("tick", "k", "bob", "Bob")));
        Assert.That(response.Json.GetProperty("id").GetString(), Is.EqualTo(message.Id));
        Assert.That(response.Json.GetProperty("duplicate").GetBoolean(), Is.False);
    }

    [TestCase("""{"target":"all","type":"notification","content":{"title":"T","content":"C"}}""", """{"body":"C","title":"T","content":"C"}""")]
    [TestCase("""{"targets":["all","user:x"],"type":"notification","content":{"message":"M"}}""", """{"body":"M","message":"M"}""")]
    [TestCase("""{"messages":[{"target":"all","type":"notification","content":{"message":"M"}}]}""", """{"body":"M","message":"M"}""")]
    [TestCase("""{"target":"all","type":"tick","content":{"message":"M"}}""", """{"message":"M"}""")]
    public async Task The_body_of_a_notification_is_copied_from_content_or_message(string json, string content)
    {
        await Publish(json);

        Assert.That(RecordingClient.Content(await _ears.NextAsync()), Is.EqualTo(content));
    }

    [TestCase("1700000000", 1_700_000_000_000)]
    [TestCase("1700000000123", 1_700_000_000_123)]
    [TestCase("1700000000.5", 1_700_000_000_500)]
    public async Task A_timestamp_is_seconds_or_milliseconds(string written, long milliseconds)
    {
        await Publish($$"""{"target":"all","type":"tick","timestamp":{{written}}}""");

        Assert.That((await _ears.NextAsync()).Timestamp, Is.EqualTo(milliseconds));
    }

    [Test]
    public async Task The_same_id_is_acknowledged_and_not_sent_again()
    {
        var json = """{"target":"all","type":"tick","id":"order-17"}""";

        var first = await Publish(json);
        var second = await Publish(json);

        var message = await _ears.NextAsync();
        Assert.That(message.Id, Is.EqualTo("order-17"));
        Assert.That(_ears.HasMore, Is.False);
        Assert.That(first.Text, Is.EqualTo($$"""{"id":"order-17","duplicate":false,"offset":{{message.Position!.Value.Offset}},"epoch":"{{message.Position.Value.Epoch}}"}"""));
        Assert.That(second.Text, Is.EqualTo(first.Text.Replace("false", "true")), "the place of the first");
    }

    [Test]
    public async Task Several_targets_get_one_id_each()
    {
        await _ears.ListenAsync(Target.Room("p1"));
        await _ears.ListenAsync(Target.Room("d1"));

        var response = await Publish("""{"targets":["room:p1","room:d1"],"type":"step"}""");

        var (one, two) = (await _ears.NextAsync(), await _ears.NextAsync());
        Assert.That((one.Target, two.Target), Is.EqualTo((Target.Room("p1"), Target.Room("d1"))));
        Assert.That(two.Id, Is.EqualTo(one.Id));
        Assert.That(new[] { one.Targets, two.Targets }, Is.All.EqualTo(new[] { Target.Room("p1"), Target.Room("d1") }));
        Assert.That(response.Json.GetProperty("targets")[1].GetProperty("target").GetString(), Is.EqualTo("room:d1"));
    }

    [Test]
    public async Task The_type_error_is_allowed_for_tasks()
    {
        await _ears.ListenAsync(Target.Task("t-2"));

        await Publish("""{"target":"task:t-2","type":"error"}""");

        Assert.That((await _ears.NextAsync()).Type, Is.EqualTo("error"));
    }

    [TestCase("", "not JSON")]
    [TestCase("[]", "JSON object")]
    [TestCase("{", "not JSON")]
    [TestCase("""{"target":"all"}""", "\"type\" is missing")]
    [TestCase("""{"type":"tick"}""", "\"target\" is missing")]
    [TestCase("""{"target":5,"type":"tick"}""", "\"target\" must be a string")]
    [TestCase("""{"target":"room:*","type":"tick"}""", "room:*")]
    [TestCase("""{"target":"everybody","type":"tick"}""", "user:<id>, room:<name>, task:<id> or all")]
    [TestCase("""{"target":"room:user:42","type":"tick"}""", "that is the target user:42")]
    [TestCase("""{"target":"\ud800","type":"tick"}""", "Unicode")]
    [TestCase("""{"target":"all","targets":["all"],"type":"tick"}""", "not both")]
    [TestCase("""{"targets":[],"type":"tick"}""", "1 to 8")]
    [TestCase("""{"targets":"all","type":"tick"}""", "array")]
    [TestCase("""{"targets":["room:a","room:a"],"type":"tick"}""", "twice")]
    [TestCase("""{"targets":["room:1","room:2","room:3","room:4","room:5","room:6","room:7","room:8","room:9"],"type":"tick"}""", "1 to 8")]
    [TestCase("""{"target":"all","type":"welcome"}""", "\"type\"")]
    [TestCase("""{"target":"all","type":"gap"}""", "\"type\"")]
    [TestCase("""{"target":"all","type":"two words"}""", "\"type\"")]
    [TestCase("""{"targets":["task:1","room:1"],"type":"error"}""", "\"type\"")]
    [TestCase("""{"target":"all","type":"tick","id":"a b"}""", "\"id\"")]
    [TestCase("""{"target":"all","type":"tick","data":[1]}""", "\"data\"")]
    [TestCase("""{"target":"all","type":"tick","timestamp":-1}""", "\"timestamp\"")]
    [TestCase("""{"target":"all","type":"tick","from":"a\nb"}""", "\"from\"")]
    [TestCase("""{"target":"all","type":"tick","content":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}""", "at most 16 deep")]
    [TestCase("""{"messages":[]}""", "empty")]
    [TestCase("""{"messages":{}}""", "array")]
    public async Task Invalid_messages_are_refused_with_a_reason(string json, string text)
    {
        var response = await Publish(json);

        Assert.That((response.Status, response.MediaType), Is.EqualTo((400, "application/problem+json")), response.Text);
        Assert.That(response.Detail, Does.Contain(text));
        Assert.That(_ears.HasMore, Is.False);
    }

    [TestCase("all", "publish:room publish:user")]
    [TestCase("user:42", "publish:all publish:room")]
    [TestCase("room:a", "publish:all publish:user")]
    [TestCase("task:a", "publish:all publish:user")]
    [TestCase("all", "")]
    public async Task Every_target_needs_its_scope(string target, string scopes)
    {
        var response = await _host.PostAsync("/publish", Tokens.WithScopes("sue", scopes), $$"""{"target":"{{target}}","type":"tick"}""");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((403, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain(target));
    }

    [Test]
    public async Task One_target_without_its_scope_refuses_the_whole_message()
    {
        await _ears.ListenAsync(Target.Room("mine"));

        var response = await _host.PostAsync("/publish", Tokens.WithScopes("sue", "publish:room"), """{"targets":["room:mine","all"],"type":"tick"}""");

        Assert.That(response.Status, Is.EqualTo(403));
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task A_message_above_256_KiB_is_refused()
    {
        var response = await Publish($$"""{"target":"all","type":"tick","content":"{{new string('x', Message.MaxBytes)}}"}""");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((413, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("262144"));
    }

    private Task<ApiResponse> Publish(string json) => _host.PostAsync("/publish", Everybody, json);
}
