using System.Text;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>A channel and how its payloads are read.</summary>
/// <param name="name">Its literal name.</param>
/// <param name="target">The target of its messages.</param>
/// <param name="kind">For logs and metrics: one of few fixed values.</param>
/// <param name="read">Reads a payload.</param>
internal sealed class Channel(string name, Target target, string kind, PayloadReader read)
{
    /// <summary>UTF-8, as it is sent. One exists per connected user, so the string is not kept.</summary>
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public Target Target => target;

    public string Kind => kind;

    public PayloadReader Read => read;
}

/// <summary>Turns a payload into a message. Never throws; the error text repeats nothing of the payload. The message refers to the payload's memory.</summary>
internal delegate bool PayloadReader(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error);

/// <summary>Finds a channel by a slice of the receive buffer without creating a string.</summary>
internal sealed class ChannelComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly ChannelComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        // Seeded per process, so that clients cannot choose names that collide.
        var hash = new HashCode();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
