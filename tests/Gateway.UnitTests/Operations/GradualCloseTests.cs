using System.Text.Json;
using Gateway.Operations;
using Gateway.UnitTests.Connections;
using Gateway.UnitTests.Registry;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Operations;

internal sealed class GradualCloseTests
{
    private const int Text = 1, Close = 8;

    [Test]
    public async Task Each_connection_is_closed_at_the_time_that_its_client_was_told()
    {
        var time = new FakeTime();
        using var wheel = Peer.Wheel(time);
        var registry = new WishedTargets().Registry();
        var close = new GradualClose(registry, fanout: null!, Options.Create(new DrainOptions { Budget = TimeSpan.FromSeconds(4) }), time);
        var peers = Enumerable.Range(0, 8).Select(_ => new Peer(wheel)).ToArray();
        foreach (var peer in peers) await registry.AddAsync(peer.Connection);
        var all = Array.ConvertAll(peers, peer => peer.Connection);

        close.Announce(all);

        var told = peers.Select(peer => JsonDocument.Parse(peer.Received.Single(frame => frame.Opcode == Text).Payload).RootElement)
            .Select(frame => frame.GetProperty("content").GetProperty("reconnect_after_ms").GetInt32()).ToList();
        Assert.That(told, Is.EqualTo([0, 500, 1000, 1500, 2000, 2500, 3000, 3500]));
        var next = 0;
        for (var i = 0; i < peers.Length; i++)
        {
            next = close.CloseDue(all, next, CloseCode.GoingAway, TimeSpan.FromMilliseconds(told[i] - 1));
            Assert.That(all.Count(connection => connection.IsClosing), Is.EqualTo(i), "before its time");
            next = close.CloseDue(all, next, CloseCode.GoingAway, TimeSpan.FromMilliseconds(told[i]));
            Assert.That(all.Count(connection => connection.IsClosing), Is.EqualTo(i + 1), "at its time");
            Assert.That(peers[i].Received[^1].Opcode, Is.EqualTo(Close));
        }

        Assert.That(all.Select(connection => connection.Closed.Code), Is.All.EqualTo(1001));
    }
}
