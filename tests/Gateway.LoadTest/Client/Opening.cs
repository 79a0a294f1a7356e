using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.LoadTest.Client;

/// <summary>Opens a loop's connections, a limited number at a time, each connect → upgrade → joins → live.</summary>
internal sealed class Opening(PollLoop loop, Epoll epoll)
{
    private const int PerSource = 20_000;
    private const uint FirstSource = 0x7F000002; // 127.0.0.2
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] Accepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8.ToArray();

    private readonly Queue<ClientConnection> _planned = new();
    private OpenPlan _plan = new() { Url = "", Dialect = "bare" };
    private Dialect _dialect = Dialect.Of("bare");
    private TokenMint? _mint;
    private Uri _url = new("ws://127.0.0.1");
    private uint _host;
    private long _deadline;

    public int UnderWay { get; private set; }

    public int Live { get; private set; }

    /// <summary>Failures by reason.</summary>
    public Dictionary<string, int> Failures { get; } = [];

    public bool IsIdle => UnderWay == 0 && _planned.Count == 0;

    /// <param name="plan">What to open.</param>
    /// <param name="connections">This loop's share of it.</param>
    public void Start(OpenPlan plan, IEnumerable<ClientConnection> connections)
    {
        (_plan, _dialect, _url) = (plan, Dialect.Of(plan.Dialect), new Uri(plan.Url));
        _mint = plan.Secret.Length == 0 ? null : new TokenMint(plan.Secret, plan.Expires);
        _host = HostAddress.Of(_url.Host);
        _deadline = Stopwatch.GetTimestamp() + plan.Seconds * Stopwatch.Frequency;
        Live = 0;
        Failures.Clear();
        foreach (var connection in connections) Again(connection);
    }

    /// <summary>Opens it now or when the limit allows it.</summary>
    public void Again(ClientConnection connection)
    {
        connection.State = ClientState.Planned;
        _planned.Enqueue(connection);
    }

    public void StartNextGeneration(int seconds)
    {
        _plan = _plan with { Generation = _plan.Generation + 1 };
        _deadline = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency;
    }

    public void Step()
    {
        if (IsIdle) return;
        if (Stopwatch.GetTimestamp() > _deadline) GiveUp();
        while (UnderWay < _plan.InFlight && _planned.TryDequeue(out var connection)) Connect(connection);
    }

    public void Failed(string reason)
    {
        UnderWay--;
        CollectionsMarshal.GetValueRefOrAddDefault(Failures, reason, out _)++;
    }

    public void Connected(ClientConnection connection)
    {
        var error = Libc.PendingError(connection.Fd);
        if (error != 0)
        {
            loop.End(connection, $"connect failed with error {error}");
            return;
        }

        Libc.Send(connection.Fd, _plan.Request(_url, _mint, connection.Index));
        connection.State = ClientState.Upgrading;
        epoll.Change(connection.Fd, connection.Slot, Libc.ReadableAnew);
    }

    /// <summary>Returns the length of the response; 0 while it is not complete.</summary>
    public int TakeResponse(ClientConnection connection, ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf(HeadEnd);
        if (end < 0) return 0;
        if (!bytes.StartsWith("HTTP/1.1 101"u8) || bytes[..end].IndexOf(Accepted) < 0)
        {
            loop.End(connection, Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)'\r')]));
            return end + HeadEnd.Length;
        }

        var joins = _dialect.Joins ? _plan.Rooms == 0 ? 0 : connection.Keys.Length : 0;
        connection.Awaiting = joins;
        connection.State = ClientState.Joining;
        var text = _dialect.Opening(joins == 0 ? [] : connection.Keys.Select(OpenPlan.RoomName));
        if (text.Length > 0) Libc.Send(connection.Fd, text);
        if (joins == 0) SetLive(connection);
        return end + HeadEnd.Length;
    }

    public void TakeReply(ClientConnection connection, ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf(_dialect.Refused) >= 0)
        {
            loop.End(connection, $"join refused: {Encoding.UTF8.GetString(payload)}");
            return;
        }

        connection.Awaiting -= payload.Count(_dialect.Joined);
        if (connection.Awaiting <= 0) SetLive(connection);
    }

    private void SetLive(ClientConnection connection)
    {
        connection.State = ClientState.Live;
        Libc.DelayAcknowledgements(connection.Fd);
        UnderWay--;
        Live++;
    }

    private void Connect(ClientConnection connection)
    {
        UnderWay++;
        connection.State = ClientState.Connecting;
        connection.Carry = [];
        connection.Fragments = null;
        connection.Stalled = false;
        Array.Clear(connection.Tracks);
        var source = _host >> 24 == 127 ? FirstSource + (uint)(connection.Index / PerSource) : 0;
        connection.Fd = Libc.NewSocket(source);
        var error = connection.Fd < 0 ? Marshal.GetLastPInvokeError() : Libc.Connect(connection.Fd, _host, (ushort)_url.Port);
        if (connection.Fd < 0 || error is not 0 and not Libc.InProgress) loop.End(connection, $"connect failed with error {error}");
        else epoll.Add(connection.Fd, connection.Slot, Libc.Writable);
    }

    private void GiveUp()
    {
        foreach (var connection in loop.Connections.Where(c => c.IsOpening)) loop.End(connection, $"not open in time ({connection.State})");
        while (_planned.TryDequeue(out var connection))
        {
            UnderWay++;
            connection.State = ClientState.Connecting;
            loop.End(connection, "not begun in time");
        }
    }
}
