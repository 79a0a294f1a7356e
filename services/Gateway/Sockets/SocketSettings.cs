namespace Gateway.Sockets;

/// <summary>How a connection leaves HTTP.</summary>
internal sealed class SocketSettings
{
    /// <summary>
    /// True (default): after the handshake the connection leaves HTTP, and its memory with it. False keeps it inside its request,
    /// some 6 KiB per connection dearer: the way out should a future server not leave the transport open.
    /// </summary>
    public bool Takeover { get; set; } = true;
}
