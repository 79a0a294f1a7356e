using System.Net;
using System.Net.Sockets;
using Gateway.LoadTest.Publish;

namespace Gateway.LoadTest.Servers.Floor;

/// <summary>
/// The minimum cost of a delivery in .NET: bare sockets, two loops that share the connections, one pre-built frame for each
/// connection, a non-blocking send. HTTP only for the handshake, no token, no rooms, no queue: it waits for its slowest client.
/// </summary>
internal static class FloorServer
{
    private const int Loops = 2;

    public static async Task RunAsync(int port, RedisAddress redis, string prefix, bool joined, CancellationToken cancellation)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);

        var loops = new FloorLoop[Loops];
        // Each loop has its own subscription: nothing is passed between threads.
        for (var i = 0; i < Loops; i++) loops[i] = new FloorLoop(await RedisFeed.SubscribeAsync(redis, prefix, cancellation), joined);
        foreach (var loop in loops) loop.Start();
        try
        {
            for (var n = 0; ; n++) _ = FloorHandshake.ServeAsync(await listener.AcceptAsync(cancellation), loops[n % Loops]);
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
    }
}
