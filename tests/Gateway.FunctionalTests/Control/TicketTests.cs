using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

internal sealed class TicketTests
{
    private Pods _pods = null!;

    [OneTimeSetUp]
    public async Task Start() => _pods = await Pods.StartAsync(
        "--Rooms:Policies:0:Pattern=vip:*", "--Rooms:Policies:0:Join=Member", "--Auth:ApiKeys:0:Name=svc", "--Auth:ApiKeys:0:Hash=" + new string('0', 64));

    [OneTimeTearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [Test]
    public async Task A_ticket_opens_one_connection_with_the_identity_of_its_token_on_any_gateway()
    {
        var token = Tokens.For("alice", ("username", "Alice A."), ("rooms", new[] { "vip:*" }), ("subscribe", new[] { "given" }), ("role", "operator"));
        var response = await _pods.A.PostAsync("/ws/ticket", "", token);
        Assert.That(response.Json.GetProperty("expires_in").GetInt32(), Is.EqualTo(30));
        var ticket = response.Json.GetProperty("ticket").GetString();

        await using (var client = await Client.OpenAsync(_pods.B, $"/ws?rooms=vip:1,ops:pager&ticket={ticket}"))
        {
            foreach (var room in new[] { "vip:1", "ops:pager", "given" })
            {
                await client.SendAsync($$"""{"type":"room_message","room":"{{room}}","content":"it is me"}""");
                var message = await client.NextAsync("room_message");
                Assert.That(message.GetProperty("from").GetString(), Is.EqualTo("alice"));
                Assert.That(message.GetProperty("from_name").GetString(), Is.EqualTo("Alice A."));
            }
        }

        Assert.That(await Upgrade.StatusAsync(_pods.B, "/ws?ticket=" + ticket), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task One_ticket_raced_a_thousand_times_over_two_gateways_has_one_winner()
    {
        var ticket = await TicketAsync("alice");

        var attempts = Enumerable.Range(0, 1000).Select(i => Upgrade.StatusAsync(i % 2 == 0 ? _pods.A : _pods.B, "/ws?ticket=" + ticket));

        Assert.That((await Task.WhenAll(attempts)).CountBy(status => status).ToDictionary(), Is.EquivalentTo(new Dictionary<HttpStatusCode, int>
        {
            [HttpStatusCode.SwitchingProtocols] = 1,
            [HttpStatusCode.Unauthorized] = 999,
        }));
    }

    [Test]
    public async Task A_ticket_lives_30_s_and_Redis_holds_no_token()
    {
        var token = Tokens.For("alice");
        var ticket = (await _pods.A.PostAsync("/ws/ticket", "", token)).Json.GetProperty("ticket").GetString()!;

        Assert.That(int.Parse(await _pods.Redis.CommandAsync("PTTL", "gateway:ticket:" + ticket)), Is.InRange(1, 30_000));
        Assert.That(await _pods.Redis.CommandAsync("GET", "gateway:ticket:" + ticket), Does.Contain("alice").And.Not.Contain(token.Split('.')[2]));
        await _pods.Redis.CommandAsync("DEL", "gateway:ticket:" + ticket);
        Assert.That(await Upgrade.StatusAsync(_pods.A, "/ws?ticket=" + ticket), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Header_and_subprotocol_come_before_the_ticket_and_the_ticket_before_a_token_in_the_query()
    {
        var ticket = await TicketAsync("bob");
        await using var byHeader = await Client.OpenAsync(_pods.A, $"/ws?rooms=r&ticket={ticket}", o => o.SetRequestHeader("Authorization", "Bearer " + Tokens.For("alice")));
        await using var byTicket = await Client.OpenAsync(_pods.A, $"/ws?rooms=r&ticket={ticket}&token={Tokens.For("carol")}");
        Assert.That(await Upgrade.StatusAsync(_pods.A, $"/ws?ticket={ticket}&token={Tokens.For("carol")}"), Is.EqualTo(HttpStatusCode.Unauthorized), "a used ticket counts");

        await byTicket.SendAsync("""{"type":"room_message","room":"r","content":"who am I?"}""");

        Assert.That((await byTicket.NextAsync("room_message")).GetProperty("from").GetString(), Is.EqualTo("bob"));
    }

    [TestCase("x")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("****************************************%2A%0A%0D")]
    public async Task An_unknown_ticket_is_401(string ticket) =>
        Assert.That(await Upgrade.StatusAsync(_pods.A, "/ws?ticket=" + ticket), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task A_ticket_needs_a_token()
    {
        Assert.That((await _pods.A.PostAsync("/ws/ticket", "", token: null)).Status, Is.EqualTo(401));
        Assert.That((await _pods.A.PostAsync("/ws/ticket", "", "not-a-token")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task The_ticket_of_a_token_that_was_revoked_meanwhile_is_refused()
    {
        var response = await _pods.A.PostAsync("/ws/ticket", "", Tokens.For("eve", ("jti", "t-9")));
        await using var live = await Client.OpenAsync(_pods.B, "/ws?token=" + Tokens.For("eve", ("jti", "t-9")));

        await _pods.A.OrderAsync("revoke", """{"jti":"t-9"}""");
        await TestTimeout.For(live.Closed, "the close");

        Assert.That(await Upgrade.StatusAsync(_pods.B, "/ws?ticket=" + response.Json.GetProperty("ticket").GetString()), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task While_Redis_is_down_tickets_get_503_and_tokens_are_accepted()
    {
        await using var pods = await Pods.StartAsync();
        var ticket = (await pods.A.PostAsync("/ws/ticket", "", Tokens.For("alice"))).Json.GetProperty("ticket").GetString();

        await pods.Redis.KillAsync();
        await TestTimeout.Until(() => !Pods.IsConnected(pods.A), "the gateway to see the outage");

        Assert.That((await pods.A.PostAsync("/ws/ticket", "", Tokens.For("alice"))).Status, Is.EqualTo(503));
        Assert.That(await Upgrade.StatusAsync(pods.A, "/ws?ticket=" + ticket), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await Upgrade.StatusAsync(pods.A, "/ws?token=" + Tokens.For("alice")), Is.EqualTo(HttpStatusCode.SwitchingProtocols));
    }

    private async Task<string> TicketAsync(string user) =>
        (await _pods.A.PostAsync("/ws/ticket", "", Tokens.For(user))).Json.GetProperty("ticket").GetString()!;
}
