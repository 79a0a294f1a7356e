using System.Net;
using System.Text.Json.Nodes;
using Gateway.Bus;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

/// <summary>Orders of operators to all pods.</summary>
internal sealed class OrderTests
{
    private Pods _pods = null!;

    [SetUp]
    public async Task Start() => _pods = await Pods.StartAsync();

    [TearDown]
    public async Task Stop() => await _pods.DisposeAsync();

    [Test]
    public async Task Disconnect_closes_one_connection_or_all_of_a_user_with_1008()
    {
        await using var first = await Client.ConnectAsync(_pods.A, "bob");
        await using var second = await Client.ConnectAsync(_pods.B, "bob");
        await using var third = await Client.ConnectAsync(_pods.B, "bob");
        await using var other = await Client.ConnectAsync(_pods.B, "ann");

        await _pods.A.OrderAsync("disconnect", $$"""{"connection_id":"{{second.Welcome.GetProperty("data").GetProperty("client_id").GetString()}}"}""");

        Assert.That(await TestTimeout.For(second.Closed, "the close"), Is.EqualTo((1008, "disconnected by an operator")));
        foreach (var client in new[] { first, third, other }) Assert.That(await client.UntilMarkerAsync(), Is.Empty);

        await _pods.B.OrderAsync("disconnect", """{"user_id":"bob"}""");

        foreach (var client in new[] { first, third }) Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1008));
        Assert.That(await other.UntilMarkerAsync(), Is.Empty);
    }

    [TestCase("drain", 1001)]
    [TestCase("restart", 1012)]
    public async Task Drain_and_restart_tell_each_client_when_to_come_back_and_close_it(string order, int code)
    {
        Client[] clients = [await Client.ConnectAsync(_pods.A, "ann"), await Client.ConnectAsync(_pods.B, "bob")];

        await SendAsync(order);

        foreach (var client in clients)
        {
            Assert.That((await client.NextAsync("drain")).Content("reconnect_after_ms").GetInt32(), Is.GreaterThanOrEqualTo(0));
            Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(code));
            await client.DisposeAsync();
        }

        await using var again = await Client.ConnectAsync(_pods.A, "ann");
        Assert.That(await again.UntilMarkerAsync(), Is.Empty);
    }

    [TestCase("start")]
    [TestCase("restart")]
    public async Task Stop_refuses_handshakes_on_all_gateways_until_the_order_to_start_and_changes_nothing_else(string start)
    {
        await using var client = await Client.ConnectAsync(_pods.B, "ann");

        await SendAsync("stop");

        Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(1001));
        foreach (var gateway in new[] { _pods.A, _pods.B })
        {
            await TestTimeout.Until(async () => await StatusAsync(gateway) == HttpStatusCode.ServiceUnavailable, "handshakes to be refused");
            Assert.That((await gateway.Http.GetAsync("/health/ready")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await gateway.PostAsync("/ws/ticket", "", Tokens.For("ann"))).Status, Is.EqualTo(200));
        }

        await SendAsync(start);

        foreach (var gateway in new[] { _pods.A, _pods.B })
            await TestTimeout.Until(async () => await StatusAsync(gateway) == HttpStatusCode.SwitchingProtocols, "handshakes to be accepted");
    }

    [Test]
    public async Task A_gateway_that_starts_after_the_order_to_stop_accepts_connections()
    {
        await SendAsync("stop");
        await TestTimeout.Until(async () => await StatusAsync(_pods.B) == HttpStatusCode.ServiceUnavailable, "handshakes to be refused");

        await using var late = await ServiceHost.GatewayAsync(_pods.Redis);
        await TestTimeout.Until(() => Pods.IsConnected(late), "the gateway to reach Redis");
        await using var client = await Client.ConnectAsync(late, "bob");
        await late.OrderAsync("disconnect", """{"user_id":"bob"}""");

        await TestTimeout.For(client.Closed, "the order after it");
        Assert.That(await StatusAsync(late), Is.EqualTo(HttpStatusCode.SwitchingProtocols));
    }

    private static Task<HttpStatusCode> StatusAsync(ServiceHost gateway) => Upgrade.StatusAsync(gateway, "/ws?token=" + Tokens.For("ann"));

    private Task<string> SendAsync(string order) => _pods.A.Services.GetRequiredService<IControlChannel>().SendAsync(order, new JsonObject(), CancellationToken.None);
}
