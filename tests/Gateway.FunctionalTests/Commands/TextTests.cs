using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Commands;

/// <summary>What error texts name, and which types an id may have.</summary>
internal sealed class TextTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, "--Rooms:MaxPerConnection=2");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("""{"type":"leave_room","room":"lobby"}""", 404, "room lobby")]
    [TestCase("""{"type":"room_message","room":"lobby","content":"x"}""", 404, "room lobby")]
    [TestCase("""{"type":"chat","content":{"room":"lobby"}}""", 404, "room lobby")]
    [TestCase("""{"type":"join_room","room":"ops:x"}""", 403, "room ops:x")]
    [TestCase("""{"type":"join_room"}""", 400, "\"room\"")]
    [TestCase("""{"type":"join_room","room":["x"]}""", 400, "\"room\" must be a string or a number")]
    [TestCase("""{"type":"join_room","content":{"room":{}}}""", 400, "\"content.room\" must be a string or a number")]
    [TestCase("""{"type":"room_message","content":{"room":true}}""", 400, "\"content.room\" must be a string or a number")]
    [TestCase("""{"type":"chat","content":{"room":true}}""", 400, "\"content.room\" must be a string or a number")]
    [TestCase("""{"type":"user_message","content":{"to":[]}}""", 400, "\"content.to\" must be a string or a number")]
    [TestCase("""{"type":"user_message","to":{},"content":"x"}""", 400, "\"to\" must be a string or a number")]
    [TestCase("""{"type":"chat","id":{},"content":"x"}""", 400, "\"id\" must be a string or a number")]
    public async Task An_error_names_the_room_or_the_field_and_its_type(string command, int code, string text)
    {
        await using var client = await Client.ConnectAsync(_gateway, "ann");

        var error = await client.AskAsync(command);

        error.MustBeError(code);
        Assert.That(error.Content("message").GetString(), Does.Contain(text));
    }

    [Test]
    public async Task Too_many_rooms_name_the_setting()
    {
        await using var client = await Client.ConnectAsync(_gateway, "ann", "rooms=a,b");

        var error = await client.AskAsync("""{"type":"join_room","room":"c"}""");

        error.MustBeError(429);
        Assert.That(error.Content("message").GetString(), Does.Contain("Rooms:MaxPerConnection"));
    }

    [TestCase("""{"type":"join_room","room":7}""", 1)]
    [TestCase("""{"type":"join_room","content":7}""", 2)]
    [TestCase("""{"type":"join_room","content":{"room":7}}""", 3)]
    public async Task Rooms_receivers_and_ids_may_be_numbers(string join, int id)
    {
        await using var client = await Client.ConnectAsync(_gateway, "12");
        Assert.That((await client.AskAsync(join)).Content("room").GetString(), Is.EqualTo("7"));

        await client.SendAsync($$"""{"type":"room_message","room":7,"id":{{id}},"content":"one"}""");
        Assert.That((await client.NextAsync("room_message")).GetProperty("room").GetString(), Is.EqualTo("7"));
        Assert.That((await client.AskAsync($$"""{"type":"room_message","room":"7","id":"{{id}}","content":"one"}""")).Content("duplicate").ValueKind, Is.EqualTo(JsonValueKind.True));
        await client.SendAsync("""{"type":"user_message","content":{"to":12,"text":"me"}}""");
        Assert.That((await client.NextAsync("user_message")).GetProperty("to").GetString(), Is.EqualTo("12"));
    }

    [Test]
    public async Task An_ack_is_readable_as_it_is_sent()
    {
        await using var wire = await WireClient.ConnectAsync(_gateway, "o'neil");
        await wire.WriteAsync(ClientFrame.Text("""{"type":"join_room","room":"user:o'neil","ref":"1"}"""));

        Assert.That((await wire.NextAsync(1)).Text, Does.Contain("user:o'neil"));
    }
}
