using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.LoadTest.Servers.Floor;

/// <summary>The minimum that RFC 6455 section 4.2 requires of a server, and waiting for the end.</summary>
internal static class FloorHandshake
{
    private const int MaxRequest = 8192;
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] Scrap = new byte[256];

    public static async Task ServeAsync(Socket socket, FloorLoop loop)
    {
        try
        {
            using (socket)
            {
                socket.NoDelay = true;
                if (await RespondAsync(socket) is false) return;
                socket.Blocking = false;
                loop.Add(socket);
                try
                {
                    await WaitForEndAsync(socket);
                }
                finally
                {
                    loop.Remove(socket);
                }
            }
        }
        catch (SocketException)
        {
            // A reset: how the load ends its connections.
        }
    }

    private static async Task<bool> RespondAsync(Socket socket)
    {
        var request = new byte[MaxRequest];
        var filled = 0;
        while (request.AsSpan(0, filled).IndexOf(HeadEnd) < 0)
        {
            var read = await socket.ReceiveAsync(request.AsMemory(filled));
            if (read == 0) return false;
            filled += read;
        }

        var text = Encoding.ASCII.GetString(request, 0, filled);
        var key = text.Split("\r\n").First(l => l.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))[18..].Trim();
#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here; it protects nothing.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        return true;
    }

    // Client input is not used, so all connections share one buffer: waiting needs no memory.
    private static async Task WaitForEndAsync(Socket socket)
    {
        while (await socket.ReceiveAsync(Scrap) > 0)
        {
        }
    }
}
