namespace Gateway.Connections;

/// <summary>Where the bytes of a connection go. Used by one caller at a time: the connection's queue sees to that.</summary>
internal abstract class SocketOutput
{
    /// <summary>Says that the peer is gone or the socket broken.</summary>
    public const int Broken = -1;

    /// <summary>Hands over what can go without waiting: the number of bytes taken, 0 when none can, or <see cref="Broken"/>.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Hands over everything, waiting as long as it takes; false when the peer is gone.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends our half of the connection: the peer reads to the last byte and then sees FIN.</summary>
    public abstract void ShutdownSend();

    /// <summary>Ends when <see cref="ShutdownSend"/> has been carried out; at once where that takes no time.</summary>
    public virtual Task Ended => Task.CompletedTask;
}
