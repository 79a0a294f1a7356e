using System.Net.WebSockets;
using System.Text.Json;
using Gateway.LoadTest.Client;

namespace Gateway.LoadTest.Chaos;

/// <summary>
/// A client that comes back whenever it loses its connection, to any gateway, with a cursor of the last places it knows. Checks what it receives.
/// </summary>
internal sealed class ChaosClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly ChaosCluster _cluster;
    private readonly string _token;
    private readonly Dictionary<string, RoomTrack> _rooms;
    private readonly Dictionary<string, string> _otherPlaces = [];
    private readonly Random _random;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOpen;
    private bool _isDraining;

    public ChaosClient(ChaosPlan plan, ChaosCluster cluster, TokenMint tokens, int index)
    {
        _cluster = cluster;
        _token = tokens.For(index, 0);
        _random = new Random(index);
        _rooms = plan.RoomsOf(index).ToDictionary(ChaosPlan.NameOf, _ => new RoomTrack());
    }

    public IReadOnlyDictionary<string, RoomTrack> Rooms => _rooms;

    public Task Welcomed => _welcomed.Task;

    public long Connections { get; private set; }

    /// <summary>Connections that ended with 1001 after a <c>drain</c> frame.</summary>
    public long Drained { get; private set; }

    /// <summary>Connections that ended without a close frame.</summary>
    public long Cut { get; private set; }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            (_isOpen, _isDraining) = (false, false);
            using var socket = new ClientWebSocket();
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                timeout.CancelAfter(ConnectTimeout);
                await socket.ConnectAsync(Address(), timeout.Token);
                Connections++;
                _isOpen = true;
                await ReadAsync(socket, cancellation);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or HttpRequestException)
            {
                // Connect again below.
                if (e is WebSocketException && _isOpen) Cut++;
            }

            await Task.Delay(_random.Next(20, 300), CancellationToken.None);
        }
    }

    private Uri Address()
    {
        var places = _rooms.Where(room => room.Value.Place is not null).Select(room => $"room:{room.Key}@{room.Value.Place}")
            .Concat(_otherPlaces.Select(other => $"{other.Key}@{other.Value}"));
        var query = $"token={_token}&rooms={string.Join(',', _rooms.Keys)}&cursor={Uri.EscapeDataString(string.Join(',', places))}";
        return new Uri($"ws://127.0.0.1:{_cluster.AnyPort(_random)}/ws?{query}");
    }

    private async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                if (_isDraining && socket.CloseStatus == WebSocketCloseStatus.EndpointUnavailable) Drained++;
                _isOpen = false;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return;
            }

            length += result.Count;
            if (!result.EndOfMessage) continue;
            using var frame = JsonDocument.Parse(_buffer.AsMemory(0, length));
            Handle(frame.RootElement);
            length = 0;
        }
    }

    private void Handle(JsonElement frame)
    {
        var content = frame.GetProperty("content");
        switch (frame.GetProperty("type").GetString())
        {
            case "welcome":
                if (frame.GetProperty("data").TryGetProperty("cursor", out var cursor)) KeepAll(cursor.GetString()!);
                _welcomed.TrySetResult();
                break;
            case "drain":
                _isDraining = true;
                break;
            case "gap":
                if (_rooms.TryGetValue(content.GetProperty("room").GetString()!, out var gapped)) gapped.Tell();
                break;
            case "position":
                Keep(content, content);
                break;
            case "resume":
                foreach (var target in content.GetProperty("targets").EnumerateArray()) Resumed(target);
                break;
            case "chaos":
                var room = _rooms[frame.GetProperty("room").GetString()!];
                room.Receive(content.GetProperty("n").GetInt64());
                Keep(frame, frame);
                break;
        }
    }

    private void Resumed(JsonElement target)
    {
        var isLost = target.TryGetProperty("recovered", out var recovered) && !recovered.GetBoolean();
        if (isLost && _rooms.TryGetValue(target.GetProperty("room").GetString()!, out var room)) room.Tell();
        Keep(target, target);
    }

    private void KeepAll(string cursor)
    {
        foreach (var part in cursor.Split(','))
        {
            var at = part.LastIndexOf('@');
            Keep(part[..at].StartsWith("room:", StringComparison.Ordinal) ? part[5..at] : part[..at], part[(at + 1)..]);
        }
    }

    private void Keep(JsonElement named, JsonElement place)
    {
        if (place.TryGetProperty("epoch", out var epoch)) Keep(named.GetProperty("room").GetString()!, $"{epoch.GetString()}.{place.GetProperty("offset").GetInt64()}");
    }

    private void Keep(string name, string place)
    {
        if (_rooms.TryGetValue(name, out var room)) room.Place = place;
        else _otherPlaces[name] = place;
    }
}
