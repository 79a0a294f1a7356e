namespace Gateway.Bus.Redis.Subscribing;

/// <summary>One thing the server said, as slices of the receive buffer.</summary>
internal readonly ref struct RespPush(RespKind kind, int length, ReadOnlySpan<byte> channel = default, ReadOnlySpan<byte> payload = default, long toSkip = 0)
{
    public RespKind Kind { get; } = kind;

    /// <summary>How many bytes of the buffer it took.</summary>
    public int Length { get; } = length;

    public ReadOnlySpan<byte> Channel { get; } = channel;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>How many bytes after <see cref="Length"/> belong to it and are not wanted.</summary>
    public long ToSkip { get; } = toSkip;
}
