using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Commands;

/// <summary>The responses to commands and their order.</summary>
internal sealed class ResponseTests
{
    private ServiceHost _gateway = null!;
    private Client _alice = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [SetUp]
    public async Task Connect() => _alice = await Client.ConnectAsync(_gateway, "alice");

    [TearDown]
    public async Task Disconnect() => await _alice.DisposeAsync();

    [Test]
    public async Task A_command_without_a_ref_gets_no_response_if_it_succeeds()
    {
        await _alice.SendAsync("""{"type":"join_room","room":"lobby"}""");
        await _alice.SendAsync("""{"type":"leave_room","room":"lobby"}""");

        Assert.That(await _alice.UntilPongAsync(), Is.Empty);
    }

    [Test]
    public async Task A_command_without_a_ref_gets_an_error_without_a_ref_if_it_fails()
    {
        await _alice.SendAsync("""{"type":"leave_room","room":"lobby"}""");

        var error = await _alice.NextAsync("error");
        error.MustBeError(404);
        Assert.That(error.TryGetProperty("ref", out _), Is.False);
    }

    [TestCase("\"r-1\"", "r-1")]
    [TestCase("7", "7")]
    [TestCase("\"\"", "")]
    public async Task The_ref_comes_back_with_ack_error_and_pong(string sent, string back)
    {
        await _alice.SendAsync($$"""{"type":"join_room","room":"lobby","ref":{{sent}}}""");
        await _alice.SendAsync($$"""{"type":"nothing","ref":{{sent}}}""");
        await _alice.SendAsync($$"""{"type":"ping","ref":{{sent}}}""");

        foreach (var type in new[] { "ack", "error", "pong" })
            Assert.That((await _alice.NextAsync(type)).GetProperty("ref").GetString(), Is.EqualTo(back));
    }

    [Test]
    public async Task A_ref_is_echoed_also_when_the_rest_of_the_command_cannot_be_read()
    {
        await _alice.SendAsync("""{"ref":"r-1","type":5}""");

        Assert.That((await _alice.NextAsync("error")).GetProperty("ref").GetString(), Is.EqualTo("r-1"));
    }

    [Test]
    public async Task Commands_run_and_get_their_responses_in_their_order()
    {
        var expected = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            await _alice.SendAsync($$"""{"type":"join_room","room":"lobby","ref":"{{i}}-join"}""");
            await _alice.SendAsync($$"""{"type":"room_message","room":"lobby","content":"{{i}}","ref":"{{i}}-in"}""");
            await _alice.SendAsync($$"""{"type":"leave_room","room":"lobby","ref":"{{i}}-leave"}""");
            await _alice.SendAsync($$"""{"type":"room_message","room":"lobby","content":"{{i}}","ref":"{{i}}-out"}""");
            expected.AddRange([$"{i}-join ack", $"{i}-in ack", $"{i}-leave ack", $"{i}-out error"]);
        }

        var responses = (await _alice.UntilPongAsync()).Where(m => m.TryGetProperty("ref", out _)).Select(m => $"{m.GetProperty("ref").GetString()} {m.Type()}");
        Assert.That(responses, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_same_id_of_the_same_user_is_published_once()
    {
        await using var bob = await Client.ConnectAsync(_gateway, "bob");
        const string command = """{"type":"user_message","to":"bob","id":"m-1","content":{"text":"once"}}""";

        var first = await _alice.AskAsync(command);
        await using var elsewhere = await Client.ConnectAsync(_gateway, "alice");
        var second = await elsewhere.AskAsync(command);
        var carols = await SendAsCarolAsync(command);

        Assert.Multiple(() =>
        {
            Assert.That(IsDuplicate(first), Is.False);
            Assert.That(IsDuplicate(second), Is.True, "the same user, from another connection");
            Assert.That(IsDuplicate(carols), Is.False, "another user's id is another id");
        });
        Assert.That((await bob.UntilMarkerAsync()).Select(m => m.GetProperty("from").GetString()), Is.EqualTo(["alice", "carol"]));
    }

    [Test]
    public async Task The_ack_of_a_message_names_the_id_that_its_receivers_see()
    {
        await using var bob = await Client.ConnectAsync(_gateway, "bob");

        var ack = await _alice.AskAsync("""{"type":"user_message","to":"bob","content":"hi"}""");

        Assert.That((await bob.NextAsync("user_message")).GetProperty("id").GetString(), Is.EqualTo(ack.Content("id").GetString()));
    }

    private static bool IsDuplicate(JsonElement ack) => ack.Content("duplicate").GetBoolean();

    private async Task<JsonElement> SendAsCarolAsync(string command)
    {
        await using var carol = await Client.ConnectAsync(_gateway, "carol");
        return await carol.AskAsync(command);
    }
}
