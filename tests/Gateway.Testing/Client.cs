using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using NUnit.Framework;

namespace Gateway.Testing;

/// <summary>A client with the framework's own WebSocket: what comes in waits in order until a test asks for it.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<(int Code, string? Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private string? _markerRoom;
    private int _references;
    private int _markers;

    private Client()
    {
    }

    /// <summary>The welcome it was greeted with.</summary>
    public JsonElement Welcome { get; private set; }

    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>Close code and reason; 1006 when the connection was lost without one.</summary>
    public Task<(int Code, string? Reason)> Closed => _closed.Task;

    public static Task<Client> ConnectAsync(ServiceHost gateway, string user, string query = "") =>
        OpenAsync(gateway, $"/ws?token={Tokens.For(user)}{(query.Length > 0 ? "&" + query : "")}");

    /// <summary>Connects and waits for the welcome. A refused handshake throws <see cref="WebSocketException"/>.</summary>
    public static Task<Client> OpenAsync(ServiceHost gateway, string pathAndQuery, Action<ClientWebSocketOptions> options) => OpenAsync(gateway.Uri, pathAndQuery, options);

    /// <summary>To a gateway in a process of its own.</summary>
    public static Task<Client> ConnectAsync(Uri gateway, string user, string query = "") =>
        OpenAsync(gateway, $"/ws?token={Tokens.For(user)}{(query.Length > 0 ? "&" + query : "")}", static _ => { });

    private static async Task<Client> OpenAsync(Uri gateway, string pathAndQuery, Action<ClientWebSocketOptions> options)
    {
        var client = new Client();
        client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        options(client._socket.Options);
        var uri = new UriBuilder(new Uri(gateway, pathAndQuery)) { Scheme = gateway.Scheme == "https" ? "wss" : "ws" }.Uri;
        await TestTimeout.For(client._socket.ConnectAsync(uri, CancellationToken.None), "the handshake");
        client._reading = client.ReadAsync();
        client.Welcome = await client.NextAsync("welcome");
        return client;
    }

    public static Task<Client> OpenAsync(ServiceHost gateway, string pathAndQuery) =>
        OpenAsync(gateway, pathAndQuery, static _ => { });

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) => _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message of any type.</summary>
    public async Task<JsonElement> NextAsync() => Parse(await TestTimeout.For(_received.Reader.ReadAsync().AsTask(), "a message"));

    /// <summary>The next message, which must be of this type.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        var message = await NextAsync();
        if (TypeOf(message) == type) return message;
        Assert.Fail($"expected a message of type {type}, got {message.GetRawText()}");
        return message;
    }

    /// <summary>Sends a command with a ref and gives back its ack or error; what comes before it is kept out of the way.</summary>
    public async Task<JsonElement> AskAsync(string command)
    {
        var reference = Interlocked.Increment(ref _references).ToString();
        var json = JsonNode.Parse(command)!.AsObject();
        json["ref"] = reference;
        await SendAsync(json.ToJsonString());
        while (true)
        {
            var message = await NextAsync();
            if (message.TryGetProperty("ref", out var found) && found.GetString() == reference) return message;
        }
    }

    public async Task JoinAsync(string room)
    {
        var response = await AskAsync($$"""{"type":"join_room","room":"{{room}}"}""");
        Assert.That(TypeOf(response), Is.EqualTo("ack"), response.GetRawText());
    }

    /// <summary>
    /// Everything that was published and acknowledged before this call, wherever, and no more: what marks the end is published
    /// too and goes the same way, in a room of this client alone, so that nothing can overtake anything.
    /// </summary>
    public async Task<List<JsonElement>> UntilMarkerAsync()
    {
        if (_markerRoom is null)
        {
            _markerRoom = $"marker:{Guid.NewGuid():n}";
            await SendAsync($$"""{"type":"join_room","room":"{{_markerRoom}}"}""");
        }

        var marker = $"{++_markers}";
        await SendAsync($$"""{"type":"room_message","room":"{{_markerRoom}}","content":"{{marker}}"}""");
        var messages = new List<JsonElement>();
        while (true)
        {
            var message = await NextAsync();
            if (message.TryGetProperty("room", out var room) && room.GetString() == _markerRoom && message.Text() == marker) return messages;
            messages.Add(message);
        }
    }

    /// <summary>Everything received before the pong to a ping that is sent now: all responses, and possibly published messages.</summary>
    public async Task<List<JsonElement>> UntilPongAsync()
    {
        await SendAsync("""{"type":"ping"}""");
        var messages = new List<JsonElement>();
        while (true)
        {
            var message = await NextAsync();
            if (TypeOf(message) == "pong") return messages;
            messages.Add(message);
        }
    }

    public Task CloseAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private static string? TypeOf(JsonElement message) => message.GetProperty("type").GetString();

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement.Clone();

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new byte[64 * 1024];
            var text = new MemoryStream();
            while (true)
            {
                var result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close) break;
                text.Write(buffer, 0, result.Count);
                if (!result.EndOfMessage) continue;
                _received.Writer.TryWrite(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
                text.SetLength(0);
            }

            _closed.TrySetResult(((int)_socket.CloseStatus!, _socket.CloseStatusDescription));
            if (_socket.State == WebSocketState.CloseReceived) await CloseAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Lost: Closed says so.
        }
        finally
        {
            _closed.TrySetResult((1006, null));
            _received.Writer.TryComplete();
        }
    }
}
