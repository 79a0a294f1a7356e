using System.ComponentModel.DataAnnotations;

namespace Gateway.Handshake;

/// <summary>Connection limits of this pod, that per user of all pods. Every limit: 0 = off, and that is the default.</summary>
internal sealed class LimitOptions
{
    /// <summary>
    /// Connections in all; beyond it 503. The only limit on the total of WebSocket connections: the server's own connection limit does
    /// not count a connection after its upgrade. 0–10,000,000; default 0.
    /// </summary>
    [Range(0, 10_000_000)]
    public int MaxConnections { get; set; }

    /// <summary>Connections of one user on all pods; while Redis is down, on this pod. 0–100,000; default 0.</summary>
    [Range(0, 100_000)]
    public int MaxConnectionsPerUser { get; set; }

    /// <summary>Beyond the user's limit: <c>Refuse</c> the new one with 429 (default) or <c>ReplaceOldest</c> with close code 4409.</summary>
    public UserLimitPolicy UserLimitPolicy { get; set; }

    /// <summary>Connections from one address; an IPv6 address counts as its /64. Beyond it 429. 0–1,000,000; default 0.</summary>
    [Range(0, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; }

    /// <summary>Handshakes per second; beyond it 429. 0–1,000,000; default 0.</summary>
    [Range(0, 1_000_000)]
    public int HandshakesPerSecond { get; set; }
}

internal enum UserLimitPolicy
{
    Refuse,
    ReplaceOldest,
}
