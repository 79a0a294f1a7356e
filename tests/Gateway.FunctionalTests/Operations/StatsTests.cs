using System.Net;
using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Operations;

internal sealed class StatsTests
{
    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("/healthz")]
    [TestCase("/readyz")]
    public async Task C15_A_running_gateway_is_alive_and_ready_without_a_token(string path)
    {
        using var response = await _gateway.Http.GetAsync(path);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task C15_The_stats_count_open_connections_users_and_rooms()
    {
        await using var phone = await Client.ConnectAsync(_gateway, "alice", "rooms=a,b");
        await using var laptop = await Client.ConnectAsync(_gateway, "alice", "rooms=b");
        await using var bob = await Client.ConnectAsync(_gateway, "bob");
        foreach (var client in new[] { phone, laptop, bob }) await client.UntilPongAsync();

        var stats = await StatsAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stats.GetProperty("code").GetInt32(), Is.Zero);
            Assert.That(stats.GetProperty("message").GetString(), Is.EqualTo("success"));
            Assert.That(Counts(stats), Is.EqualTo((3, 2, 2)));
            Assert.That(stats.GetProperty("data").GetProperty("uptime").GetInt64(), Is.GreaterThanOrEqualTo(0));
        });

        await phone.CloseAsync();
        await bob.DisposeAsync();
        await TestTimeout.Until(async () => Counts(await StatsAsync()) == (1, 1, 1), "the stats to forget two clients");
    }

    private static (int Clients, int Users, int Rooms) Counts(JsonElement stats)
    {
        var data = stats.GetProperty("data");
        return (data.GetProperty("total_clients").GetInt32(), data.GetProperty("online_users").GetInt32(), data.GetProperty("total_rooms").GetInt32());
    }

    private async Task<JsonElement> StatsAsync()
    {
        using var response = await _gateway.Http.GetAsync("/ws/stats");
        return await response.BodyAsync();
    }
}
