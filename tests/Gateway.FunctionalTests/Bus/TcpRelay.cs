using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Stands between a client and a server on loopback, and can cut a connection when a command passes.</summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly int _serverPort;
    private readonly ConcurrentBag<Socket> _sockets = [];
    private string? _cutAt;
    private bool _forwardsBeforeCut;
    private int _connections;
    private int _cuts;

    public TcpRelay(IPAddress address, int port, int serverPort)
    {
        _serverPort = serverPort;
        _listener = new TcpListener(address, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections it has accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Cuts the next connection that sends this word, after the server got it but before its reply, or before the server got it.</summary>
    public void CutAt(string word, bool forwards)
    {
        _forwardsBeforeCut = forwards;
        Volatile.Write(ref _cutAt, word);
    }

    public void Dispose()
    {
        _listener.Stop();
        foreach (var socket in _sockets) socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets.Add(client);
        _sockets.Add(server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            Task[] copies = [CopyAsync(client, server, isCommands: true), CopyAsync(server, client, isCommands: false)];
            await Task.WhenAny(copies);
            client.Dispose();
            server.Dispose();
            // The other one fails now; without this its exception would be reported as unobserved.
            await Task.WhenAll(copies);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isCommands)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer) is var count and > 0)
        {
            if (isCommands && IsCut(buffer.AsSpan(0, count)))
            {
                Interlocked.Increment(ref _cuts);
                from.Close(0);
                if (_forwardsBeforeCut) await to.SendAsync(buffer.AsMemory(0, count));
                // The server has executed the command when it answers.
                if (_forwardsBeforeCut) await to.ReceiveAsync(buffer);
                return;
            }

            await to.SendAsync(buffer.AsMemory(0, count));
        }
    }

    private bool IsCut(ReadOnlySpan<byte> bytes) =>
        Volatile.Read(ref _cutAt) is { } word && bytes.IndexOf(Encoding.ASCII.GetBytes(word)) >= 0 && Interlocked.CompareExchange(ref _cutAt, null, word) == word;
}
