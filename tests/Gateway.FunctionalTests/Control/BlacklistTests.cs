using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Control;

/// <summary>Tokens that another system blacklists by a key of its own in Redis.</summary>
internal sealed class BlacklistTests
{
    [Test]
    public async Task C16_The_key_of_a_token_refuses_the_handshake_and_ends_live_connections_of_the_token_on_all_gateways()
    {
        await using var pods = await Pods.StartAsync("--Auth:Blacklist=true");
        var (token, other) = (Tokens.For("eve", ("n", 1)), Tokens.For("eve", ("n", 2)));
        Client[] clients = [await Client.OpenAsync(pods.A, "/ws?token=" + token), await Client.OpenAsync(pods.B, "/ws?token=" + token)];
        await using var stays = await Client.OpenAsync(pods.B, "/ws?token=" + other);

        await pods.Redis.CommandAsync("SET", "token:blacklist:" + token, "1", "EX", "3600");

        foreach (var gateway in new[] { pods.A, pods.B })
        {
            Assert.That(await Upgrade.StatusAsync(gateway, "/ws?token=" + token), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await gateway.PostAsync("/ws/ticket", "", token)).Status, Is.EqualTo(401));
            Assert.That((await gateway.PostAsync("/ws/ticket", "", other)).Status, Is.EqualTo(200));
        }

        foreach (var client in clients)
        {
            Assert.That((await TestTimeout.For(client.Closed, "the close")).Code, Is.EqualTo(4403));
            await client.DisposeAsync();
        }

        Assert.That(await stays.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task Without_the_setting_the_keys_mean_nothing()
    {
        await using var pods = await Pods.StartAsync();
        var token = Tokens.For("eve");

        await pods.Redis.CommandAsync("SET", "token:blacklist:" + token, "1");

        Assert.That(await Upgrade.StatusAsync(pods.A, "/ws?token=" + token), Is.EqualTo(HttpStatusCode.SwitchingProtocols));
    }
}
