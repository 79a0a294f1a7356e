using Gateway.FunctionalTests.Handshake;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Drain;

internal sealed class LateHandshakeTests
{
    private const int Close = 8;

    [Test]
    public async Task A_handshake_that_completes_after_the_drain_has_begun_is_closed_with_1001_and_not_dropped()
    {
        var tokens = new SlowTokens();
        await using var gateway = await tokens.GatewayAsync();
        await using var staying = await WireClient.ConnectAsync(gateway, "staying");
        tokens.Hold();
        var arriving = WireClient.ConnectAsync(gateway, "late");
        await TestTimeout.For(tokens.Reached, "the handshake to reach its token");

        var stopping = gateway.StopAsync();
        Assert.That((await staying.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        tokens.Release();

        await using var late = await arriving;
        Assert.That((await late.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        foreach (var client in new[] { late, staying })
        {
            await client.WriteAsync(ClientFrame.Close(1001));
            Assert.That((await client.EndAsync()).Reset, Is.False);
        }

        await TestTimeout.For(stopping, "the gateway to stop");
    }
}
