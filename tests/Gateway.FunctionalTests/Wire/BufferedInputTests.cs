using Gateway.FunctionalTests.Handshake;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary>What a client sends while its command is waiting. The kernel's buffers are small here, so that those of the gateway count.</summary>
internal sealed class BufferedInputTests
{
    private const int KernelBuffer = 4096;

    /// <summary>Far above the gateway's read buffer of 64 KiB, and below Kestrel's own default of 1 MiB.</summary>
    private const int Flood = 700 * 1024;

    [Test]
    public async Task Input_behind_a_waiting_command_is_held_back_by_TCP_and_none_of_it_is_lost([Values] bool takeover, [Values] bool tls)
    {
        using var certificate = new TestCertificate();
        var tokens = new SlowTokens();
        await using var gateway = await tokens.GatewayAsync(
            services => services.Configure<SocketTransportOptions>(SetReceiveBuffer),
            [.. tls ? certificate.Settings : [], "--Connections:MessagesPerSecond=0", $"--Sockets:Takeover={takeover}"]);
        await using var waiting = await WireClient.ConnectAsync(gateway, "anybody", sendBuffer: KernelBuffer);
        await using var free = await WireClient.ConnectAsync(gateway, "anybody", sendBuffer: KernelBuffer);
        tokens.Hold();
        await waiting.WriteAsync(ClientFrame.Text("""{"type":"refresh_token","ref":"r1","content":"token"}"""));
        await TestTimeout.For(tokens.Reached, "the command to wait");

        var taken = 0;
        var flood = FloodAsync(waiting, bytes => Volatile.Write(ref taken, bytes));
        await FloodAsync(free, _ => { });
        await free.NextAsync(10, "last");
        await UntilNoMoreIsTakenAsync(() => Volatile.Read(ref taken), free);
        Assert.That(flood.IsCompleted, Is.False, "the same bytes went through on a connection whose command does not wait");
        tokens.Release();

        await TestTimeout.For(flood, "the gateway to read on");
        Assert.That((await waiting.NextAsync(1)).Text, Does.Contain("r1"));
        await waiting.NextAsync(10, "last");
    }

    /// <summary>Unasked pongs, which need no response, and a ping behind them.</summary>
    private static async Task FloodAsync(WireClient client, Action<int> sentBytes)
    {
        var pongs = Enumerable.Repeat(new ClientFrame(10) { Payload = new byte[120] }.Bytes(), 32).SelectMany(bytes => bytes).ToArray();
        for (var sent = 0; sent < Flood; sent += pongs.Length)
        {
            await client.WriteAsync(pongs);
            sentBytes(sent);
        }

        await client.WriteAsync(ClientFrame.Ping("last"u8.ToArray()));
    }

    /// <summary>Sends until the gateway responds to another connection 100 times while it reads nothing from this one.</summary>
    private static async Task UntilNoMoreIsTakenAsync(Func<int> taken, WireClient other)
    {
        var last = -1;
        for (var unchanged = 0; unchanged < 100; unchanged = taken() == last ? unchanged + 1 : 0)
        {
            last = taken();
            await other.WriteAsync(ClientFrame.Ping("again"u8.ToArray()));
            await other.NextAsync(10, "again");
        }
    }

    /// <summary>Accepted sockets inherit it from the one that listens.</summary>
    private static void SetReceiveBuffer(SocketTransportOptions transport) => transport.CreateBoundListenSocket = endpoint =>
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.ReceiveBufferSize = KernelBuffer;
        return socket;
    };
}
