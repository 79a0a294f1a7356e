using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Limits;

internal sealed class UserLimitTests
{
    [Test]
    public async Task One_connection_more_than_a_user_may_have_is_refused_with_429_and_other_users_are_not_affected()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--WS_MAX_CONNECTIONS_PER_USER=2");
        await using var phone = await Client.ConnectAsync(gateway, "alice");
        var laptop = await Client.ConnectAsync(gateway, "alice");

        using (var response = await Upgrade.AnswerAsync(gateway, "/ws?token=" + Tokens.For("alice")))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        await using var bob = await Client.ConnectAsync(gateway, "bob");
        Assert.That(await phone.UntilPongAsync(), Is.Empty);
        await laptop.DisposeAsync();
        await TestTimeout.Until(
            async () => await Upgrade.StatusAsync(gateway, "/ws?token=" + Tokens.For("alice")) == HttpStatusCode.SwitchingProtocols, "the lease to be released");
    }

    [Test]
    public async Task With_ReplaceOldest_the_oldest_connection_is_closed_with_4409()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerUser=2", "--Limits:UserLimitPolicy=ReplaceOldest");
        await using var first = await Client.ConnectAsync(gateway, "alice");
        await using var second = await Client.ConnectAsync(gateway, "alice");
        await using var bob = await Client.ConnectAsync(gateway, "bob");

        await using var third = await Client.ConnectAsync(gateway, "alice");
        await using var fourth = await Client.ConnectAsync(gateway, "alice");

        Assert.That((await TestTimeout.For(first.Closed, "the first to be replaced")).Code, Is.EqualTo(4409));
        Assert.That((await TestTimeout.For(second.Closed, "the second to be replaced")).Code, Is.EqualTo(4409));
        foreach (var client in new[] { third, fourth, bob }) Assert.That(await client.UntilPongAsync(), Is.Empty);
    }

    [Test]
    public async Task With_ReplaceOldest_devices_that_connect_one_after_another_are_never_refused()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerUser=1", "--Limits:UserLimitPolicy=ReplaceOldest");
        var devices = new List<Client>();
        for (var i = 0; i < 20; i++) devices.Add(await Client.ConnectAsync(gateway, "alice"));

        foreach (var device in devices[..^1]) Assert.That((await TestTimeout.For(device.Closed, "a device to be replaced")).Code, Is.EqualTo(4409));
        Assert.That(await devices[^1].UntilPongAsync(), Is.Empty);
        foreach (var device in devices) await device.DisposeAsync();
    }

    [Test]
    public async Task With_ReplaceOldest_devices_that_connect_at_the_same_moment_leave_as_many_as_the_limit_allows()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Limits:MaxConnectionsPerUser=2", "--Limits:UserLimitPolicy=ReplaceOldest");
        var devices = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Client.ConnectAsync(gateway, "alice"))));

        await TestTimeout.Until(() => devices.Count(d => d.Closed.IsCompleted) >= 14, "all but two to be replaced");

        foreach (var device in devices.Where(d => !d.Closed.IsCompleted)) Assert.That(await device.UntilPongAsync(), Is.Empty);
        Assert.That(devices.Count(d => !d.Closed.IsCompleted), Is.EqualTo(2));
        foreach (var device in devices) await device.DisposeAsync();
    }
}
