using System.Text.Json;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>The end of a token on a live connection, and how a client puts it off.</summary>
internal sealed class TokenLifeTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        redis: null, "--Auth:Leeway=0", "--Rooms:Policies:0:Pattern=vip:*", "--Rooms:Policies:0:Join=Member");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_connection_whose_token_ends_is_closed_with_4401_and_a_refreshed_one_is_not()
    {
        await using var lazy = await Client.OpenAsync(_gateway, "/ws?token=" + Ending(3));
        await using var diligent = await Client.OpenAsync(_gateway, "/ws?token=" + Ending(3));

        var ack = await RefreshAsync(diligent, Ending(3600));

        Assert.That(ack.Content("expires_at").GetInt64(), Is.GreaterThan(Now + 3000));
        Assert.That((await TestTimeout.For(lazy.Closed, "the close")).Code, Is.EqualTo(4401));
        Assert.That(await diligent.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task The_token_may_stand_in_the_content_or_in_its_field_token()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?token=" + Ending(60));

        (await client.AskAsync($$"""{"type":"refresh_token","content":"{{Ending(600)}}"}""")).MustBeAck();
        (await client.AskAsync($$$"""{"type":"refresh_token","content":{"token":"{{{Ending(1200)}}}"}}""")).MustBeAck();
    }

    [Test]
    public async Task Another_users_token_an_earlier_expiry_and_an_invalid_token_are_refused_and_change_nothing()
    {
        await using var client = await Client.OpenAsync(_gateway, "/ws?rooms=lobby&token=" + Ending(3600));
        string[] refused = [Tokens.For("bob", ("exp", Now + 7200)), Ending(60), "not-a-token", Tokens.None(Tokens.Claims("alice"))];

        foreach (var token in refused) (await RefreshAsync(client, token)).MustBeError(403);
        (await client.AskAsync("""{"type":"refresh_token"}""")).MustBeError(400);

        await client.SendAsync("""{"type":"room_message","room":"lobby","content":"still me"}""");
        Assert.That((await client.NextAsync("room_message")).GetProperty("from").GetString(), Is.EqualTo("alice"));
    }

    [Test]
    public async Task After_a_refresh_the_policies_apply_again_and_rooms_no_longer_allowed_are_left()
    {
        var rich = Tokens.For("alice", ("exp", Now + 600), ("rooms", new[] { "vip:*" }), ("role", "operator"), ("subscribe", new[] { "a" }));
        await using var client = await Client.OpenAsync(_gateway, "/ws?rooms=lobby,vip:1,ops:pager&token=" + rich);
        Assert.That(await client.UntilMarkerAsync(), Is.Empty);

        var ack = await RefreshAsync(client, Ending(3600));

        Assert.That(ack.Content("left_rooms").EnumerateArray().Select(r => r.GetString()), Is.EquivalentTo(["vip:1", "ops:pager"]));
        var publisher = _gateway.Publisher;
        foreach (var room in new[] { "lobby", "vip:1", "ops:pager" }) await publisher.BroadcastToRoomAsync(room, new OutgoingMessage { Type = "news" });
        Assert.That((await client.UntilMarkerAsync()).Select(m => m.GetProperty("room").GetString()), Is.EqualTo(["lobby"]));
        (await client.AskAsync("""{"type":"join_room","room":"vip:1"}""")).MustBeError(403);
        var place = (await publisher.BroadcastToRoomAsync("vip:1", new OutgoingMessage { Type = "news" })).Epoch;
        (await client.AskAsync($$"""{"type":"join_room","room":"vip:1","cursor":"{{place}}.0"}""")).MustBeError(403);
        (await client.AskAsync("""{"type":"history","room":"vip:1"}""")).MustBeError(404);
        Assert.That((await client.AskAsync("""{"type":"history","room":"lobby"}""")).Content("messages").GetArrayLength(), Is.EqualTo(1));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static string Ending(int seconds) => Tokens.For("alice", ("exp", Now + seconds));

    private static Task<JsonElement> RefreshAsync(Client client, string token) =>
        client.AskAsync(JsonSerializer.Serialize(new { type = "refresh_token", content = token }));
}
