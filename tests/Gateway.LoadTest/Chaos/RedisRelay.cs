using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.LoadTest.Chaos;

/// <summary>Stands between the gateways and Redis, so that their connections can be cut for a while.</summary>
internal sealed class RedisRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly int _redisPort;
    private volatile bool _isCut;

    public RedisRelay(int redisPort)
    {
        _redisPort = redisPort;
        _listener.Start();
        Accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends when the relay is disposed.</summary>
    public Task Accepting { get; }

    /// <summary>Cuts all connections, and refuses new ones for a while.</summary>
    public async Task CutAsync(TimeSpan duration, CancellationToken cancellation)
    {
        _isCut = true;
        CloseAll();
        if (duration > TimeSpan.Zero) await Task.Delay(duration, cancellation);
        _isCut = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        CloseAll();
    }

    private void CloseAll()
    {
        // A timeout of 0 sends RST: what was sent and not read is gone.
        foreach (var socket in _open.Keys) socket.Close(0);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                if (_isCut) client.Dispose();
                else _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open.TryAdd(client, 0);
        _open.TryAdd(server, 0);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _redisPort);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Redis is down, or the connection was cut.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
