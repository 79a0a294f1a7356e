using System.ComponentModel.DataAnnotations;

namespace Gateway.Connections;

/// <summary>Limits of one connection's traffic.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>Bytes that may wait for a slow client; 0 = no limit. 0–67,108,864; default 1 MiB.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int QueueBytes { get; set; } = 1024 * 1024;

    /// <summary>Frames that may wait for a slow client; 0 = no limit. 0–1,000,000; default 4,096.</summary>
    [Range(0, 1_000_000)]
    public int QueueFrames { get; set; } = 4096;

    /// <summary>
    /// The kernel's send buffer per socket in bytes (SO_SNDBUF); 0 leaves it to the kernel, which grows it to about 4 MB for a client that does
    /// not read. 0–16,777,216; default 256 KiB.
    /// </summary>
    [Range(0, 16 * 1024 * 1024)]
    public int SendBufferBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Seconds after which a client that has taken nothing of what is being written to it (64 KiB at a time) is closed with 4429; 0 = no limit.
    /// 0–3,600; default 20.
    /// </summary>
    [Range(0, 3600)]
    public int WriteTimeoutSeconds { get; set; } = 20;

    /// <summary>The largest message of a client in bytes. 1,024–524,288; default 64 KiB.</summary>
    [Range(1024, 512 * 1024)]
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>The most fragments one message of a client may have; 0 = no limit. 0–1,000,000; default 1,024.</summary>
    [Range(0, 1_000_000)]
    public int MaxMessageFragments { get; set; } = 1024;

    /// <summary>Seconds from the first byte of a client's message to its last; 0 = no limit. 0–600; default 10.</summary>
    [Range(0, 600)]
    public int MessageDeadlineSeconds { get; set; } = 10;

    /// <summary>Seconds a peer has to answer the close frame before it is disconnected. 1–60; default 2.</summary>
    [Range(1, 60)]
    public int CloseSeconds { get; set; } = 2;

    /// <summary>Messages and pings a client may send per second on average; 0 = no limit. 0–100,000; default 50.</summary>
    [Range(0, 100_000)]
    public int MessagesPerSecond { get; set; } = 50;

    /// <summary>Messages and pings a client may send at once after a quiet time; 0 = no limit on messages, as with <c>MessagesPerSecond</c> 0. 0–100,000; default 100.</summary>
    [Range(0, 100_000)]
    public int MessageBurst { get; set; } = 100;

    /// <summary>
    /// Beyond the rate: <c>Delay</c> (default) reads the client more slowly and loses nothing; <c>Refuse</c> answers each message with the
    /// error 429.
    /// </summary>
    public RateLimitPolicy RateLimit { get; set; }

    /// <summary>Errors a client may cause per minute before it is closed with 1008; 0 = no limit. 0–100,000; default 60.</summary>
    [Range(0, 100_000)]
    public int MaxErrorsPerMinute { get; set; } = 60;
}

/// <summary>What happens to a client that sends faster than its rate.</summary>
internal enum RateLimitPolicy
{
    Delay,
    Refuse,
}
