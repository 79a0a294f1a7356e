using System.Globalization;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Delivery;

internal sealed class EnvelopeTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task C3_A_message_to_a_user_has_every_field_of_the_envelope()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var message = new OutgoingMessage
        {
            Type = "greeting", Id = "greeting-1", From = "bob", FromName = "Bob B.", Content = """{"a":[1,2]}"""u8.ToArray(), Data = """{"extra":true}"""u8.ToArray(),
        };

        await _gateway.Publisher.PublishAsync(Target.User("alice"), message);

        var got = await client.NextAsync("greeting");
        Assert.Multiple(() =>
        {
            Assert.That(got.GetProperty("id").GetString(), Is.EqualTo("greeting-1"));
            Assert.That(got.GetProperty("from").GetString(), Is.EqualTo("bob"));
            Assert.That(got.GetProperty("from_name").GetString(), Is.EqualTo("Bob B."));
            Assert.That(got.GetProperty("to").GetString(), Is.EqualTo("alice"));
            Assert.That(got.TryGetProperty("room", out _), Is.False);
            Assert.That(got.GetProperty("content").GetRawText(), Is.EqualTo("""{"a":[1,2]}"""));
            Assert.That(got.GetProperty("data").GetProperty("extra").GetBoolean(), Is.True);
            Assert.That(got.GetProperty("timestamp").GetInt64(), Is.InRange(before, before + 60), "Unix seconds");
            Assert.That(CreatedAt(got).ToUnixTimeSeconds(), Is.EqualTo(got.GetProperty("timestamp").GetInt64()));
        });
    }

    [Test]
    public async Task C3_A_message_to_a_room_names_the_room_and_no_receiver()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");
        await client.JoinAsync("chat:room001");

        await _gateway.Publisher.BroadcastToRoomAsync("chat:room001", new OutgoingMessage { Type = "room_message" });

        var got = await client.NextAsync("room_message");
        Assert.Multiple(() =>
        {
            Assert.That(got.GetProperty("room").GetString(), Is.EqualTo("chat:room001"));
            Assert.That(got.TryGetProperty("to", out _), Is.False);
            Assert.That(got.TryGetProperty("from", out _), Is.False);
            Assert.That(got.TryGetProperty("data", out _), Is.False);
            Assert.That(got.GetProperty("id").GetString(), Is.Not.Empty);
        });
    }

    [TestCase("null")]
    [TestCase("\"text\"")]
    [TestCase("1e3")]
    [TestCase("[1, 2.50, {\"ü\":\"\\u00e9\"}]")]
    public async Task C3_The_content_arrives_byte_for_byte_as_it_was_published(string json)
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        await _gateway.Publisher.BroadcastAsync(new OutgoingMessage { Type = "raw", Content = System.Text.Encoding.UTF8.GetBytes(json) });

        Assert.That((await client.NextAsync("raw")).GetProperty("content").GetRawText(), Is.EqualTo(json));
    }

    [Test]
    public async Task C3_Acks_and_errors_carry_Unix_seconds_too()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        var ack = await client.AskAsync("""{"type":"join_room","room":"lobby"}""");
        var error = await client.AskAsync("""{"type":"no_such_type"}""");

        foreach (var response in new[] { client.Welcome, ack, error })
            Assert.That(response.GetProperty("timestamp").GetInt64(), Is.InRange(1_700_000_000, 9_999_999_999), response.GetRawText());
    }

    private static DateTimeOffset CreatedAt(JsonElement message) =>
        DateTimeOffset.ParseExact(message.GetProperty("created_at").GetString()!, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
