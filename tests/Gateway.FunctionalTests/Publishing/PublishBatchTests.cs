using System.Text.Json;
using AdminApi;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary><c>POST /publish</c>, many messages at once.</summary>
internal sealed class PublishBatchTests
{
    private static readonly string Rooms = Tokens.WithScopes("sue", "publish:room");

    private ApiHost _host;
    private RecordingClient _ears;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.StartAsync(AdminApiApp.Create);
        _ears = RecordingClient.Of(_host);
        await _ears.ListenAsync(Target.Room("a"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Each_message_has_its_own_result_or_problem_in_order()
    {
        var large = new string('x', Message.MaxBytes);
        var response = await Publish($$"""
            {"target":"room:a","type":"tick","id":"b1"}, {"target":"room:a"}, {"target":"all","type":"tick"}, 7,
            {"target":"room:a","type":"tick","content":"{{large}}"}, {"target":"room:a","type":"tick","content":[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]},
            {"target":"room:a","type":"tick","id":"b1"}, {"target":"room:a","type":"tick","id":"b2"}
            """);

        var results = response.Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(results.Select(StatusOf), Is.EqualTo(new[] { 200, 400, 403, 400, 413, 400, 200, 200 }));
        Assert.That(results[1].GetProperty("title").GetString(), Is.EqualTo("Bad Request"));
        Assert.That(results[1].GetProperty("detail").GetString(), Does.Contain("\"type\" is missing"));
        Assert.That(results[6].GetProperty("duplicate").GetBoolean(), Is.True);
        var (first, second) = (await _ears.NextAsync(), await _ears.NextAsync());
        Assert.That((first.Id, second.Id), Is.EqualTo(("b1", "b2")));
        Assert.That(results[0].GetRawText(), Is.EqualTo($$"""{"id":"b1","duplicate":false,"offset":{{first.Position!.Value.Offset}},"epoch":"{{first.Position.Value.Epoch}}"}"""));
        Assert.That(results[6].GetRawText(), Is.EqualTo(results[0].GetRawText().Replace("false", "true")), "the place of the first");
        Assert.That(results[7].GetProperty("offset").GetInt64(), Is.EqualTo(first.Position.Value.Offset + 1));
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task A_thousand_are_taken_in_order_and_one_more_is_refused()
    {
        var messages = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"target":"room:a","type":"tick","content":{{i}}}"""));

        var refused = await Publish(messages + """,{"target":"room:a","type":"tick"}""");
        var taken = await Publish(messages);

        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(refused.Detail, Does.Contain("at most 1000"));
        Assert.That(taken.Json.GetProperty("results").GetArrayLength(), Is.EqualTo(1_000));
        for (var i = 0; i < 1_000; i++) Assert.That(RecordingClient.Content(await _ears.NextAsync()), Is.EqualTo($"{i}"));
    }

    [Test]
    public async Task A_body_above_10_MiB_is_refused()
    {
        var message = $$"""{"target":"room:a","type":"tick","content":"{{new string('x', 250 * 1024)}}"}""";

        var response = await Publish(string.Join(',', Enumerable.Repeat(message, 42)));

        Assert.That((response.Status, response.MediaType), Is.EqualTo((413, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("10485760"));
        Assert.That(_ears.HasMore, Is.False);
    }

    private static int StatusOf(JsonElement result) => result.TryGetProperty("status", out var status) ? status.GetInt32() : 200;

    private Task<ApiResponse> Publish(string messages) => _host.PostAsync("/publish", Rooms, $$"""{"messages":[{{messages}}]}""");
}
