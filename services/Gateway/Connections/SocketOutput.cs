namespace Gateway.Connections;

/// <summary>The sending half of a connection's socket. Used by one caller at a time, which the outbound queue ensures.</summary>
internal abstract class SocketOutput
{
    /// <summary>Returned when the peer has disconnected or the socket failed.</summary>
    public const int Broken = -1;

    /// <summary>The write that is under way, which the transport must not be released before.</summary>
    public virtual Task Pending => Task.CompletedTask;

    /// <summary>Sends what can be sent without waiting: the number of bytes taken, 0 when none can, or <see cref="Broken"/>.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends everything, waiting as long as it takes; false when the peer has disconnected.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends FIN. May be called while the connection is being read.</summary>
    public abstract void ShutdownSend();

    /// <summary>Ends the sending half completely. Called by the receive loop between two reads, never beside one.</summary>
    public virtual Task EndAsync()
    {
        ShutdownSend();
        return Task.CompletedTask;
    }
}
