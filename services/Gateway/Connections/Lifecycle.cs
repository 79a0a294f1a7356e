namespace Gateway.Connections;

/// <summary>Whether this pod accepts new connections, and when the last waiting command must give up.</summary>
internal sealed class Lifecycle : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private bool _draining;
    private bool _stopped;

    public bool Draining => Volatile.Read(ref _draining);

    /// <summary>True from an operator's order to stop until the order to start: handshakes are refused, all else goes on.</summary>
    public bool Stopped
    {
        get => Volatile.Read(ref _stopped);
        set => Volatile.Write(ref _stopped, value);
    }

    /// <summary>Cancelled when the drain is over: a command that still waits, for example for Redis, has no connection left to respond to.</summary>
    public CancellationToken Ended => _ended.Token;

    public void BeginDrain() => Volatile.Write(ref _draining, true);

    public Task EndAsync() => _ended.CancelAsync();

    public void Dispose() => _ended.Dispose();
}
