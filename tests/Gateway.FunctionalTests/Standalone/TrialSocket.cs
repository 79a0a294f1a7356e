using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Gateway.FunctionalTests.Standalone;

/// <summary>A client of the native dialect that waits for frames by their type.</summary>
internal sealed class TrialSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    public ClientWebSocketOptions Options => _socket.Options;

    /// <summary>Connects; the response is the welcome.</summary>
    public async Task<JsonNode> OpenAsync(Uri url)
    {
        await TestTimeout.For(_socket.ConnectAsync(url, CancellationToken.None), $"the handshake at {url.GetLeftPart(UriPartial.Path)}");
        return await NextAsync("welcome");
    }

    public string? Subprotocol => _socket.SubProtocol;

    public Task SendAsync(string json) =>
        _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame of this type; others are passed over.</summary>
    public async Task<JsonNode> NextAsync(string type)
    {
        using var limit = new CancellationTokenSource(TestTimeout.Limit);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"closed with {_socket.CloseStatus} {_socket.CloseStatusDescription}, waiting for {type}");
            var frame = JsonNode.Parse(buffer.AsSpan(0, length))!;
            if (frame["type"]?.GetValue<string>() == type) return frame;
        }
    }

    public Task CloseAsync() => TestTimeout.For(_socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None), "the response to a close");

    public void Dispose() => _socket.Dispose();
}
