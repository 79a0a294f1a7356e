using System.Collections.ObjectModel;

namespace Gateway.Contracts;

/// <summary>
/// A message from a publisher to its receivers. Immutable; decoded once per pod and shared by all receivers.
/// </summary>
public sealed record Message
{
    /// <summary>The largest message that is fanned out, in bytes of its JSON.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The most targets one message may name.</summary>
    public const int MaxTargets = 8;

    /// <summary>The most characters of an id a publisher may choose.</summary>
    public const int MaxIdLength = 64;

    /// <summary>The content of a message that has none.</summary>
    public static readonly ReadOnlyMemory<byte> Null = "null"u8.ToArray();

    internal static readonly IReadOnlyDictionary<Target, Position> NotPlaced = ReadOnlyDictionary<Target, Position>.Empty;

    public required string Id { get; init; }

    public required string Type { get; init; }

    public required Target Target { get; init; }

    /// <summary>
    /// All targets of a message that is published to several, once to each under one id; empty for a message of one target.
    /// A connection that is in several of them takes the copy of the one listed first.
    /// </summary>
    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>User id of the sender, stamped from the token or given by a trusted publisher.</summary>
    public string? From { get; init; }

    public string? FromName { get; init; }

    /// <summary>Any JSON value, kept as the bytes it came in.</summary>
    public ReadOnlyMemory<byte> Content { get; init; } = Null;

    /// <summary>A JSON object of extras, or empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Latest-wins key inside the target: a newer message replaces one that is still queued.</summary>
    public string? Key { get; init; }

    /// <summary>W3C trace context of the publisher.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Its place in the log of its target; null where no history is kept.</summary>
    public Position? Position { get; init; }

    /// <summary>
    /// For a copy of a message of several targets: the places of its earlier copies, for those targets that keep history.
    /// </summary>
    public IReadOnlyDictionary<Target, Position> Placed { get; init; } = NotPlaced;
}
