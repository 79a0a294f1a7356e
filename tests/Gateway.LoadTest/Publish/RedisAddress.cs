using System.Globalization;
using System.Net.Sockets;

namespace Gateway.LoadTest.Publish;

internal sealed record RedisAddress(string Host, int Port)
{
    public static RedisAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon < 0 ? new(text, 6379) : new(text[..colon], int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture));
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Host, Port, cancellation);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"no Redis at {this}: {e.Message}", e);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
