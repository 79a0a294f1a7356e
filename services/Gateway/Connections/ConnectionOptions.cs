using System.ComponentModel.DataAnnotations;

namespace Gateway.Connections;

/// <summary>Bounds of one connection's traffic.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>Bytes that may wait for a slow client. 4,096–67,108,864; default 1 MiB.</summary>
    [Range(4096, 64 * 1024 * 1024)]
    public int QueueBytes { get; set; } = 1024 * 1024;

    /// <summary>Frames that may wait for a slow client. 1–1,000,000; default 4,096.</summary>
    [Range(1, 1_000_000)]
    public int QueueFrames { get; set; } = 4096;

    /// <summary>The kernel's send buffer per socket in bytes (SO_SNDBUF); 0 leaves it to the kernel. 0–16,777,216; default 0.</summary>
    [Range(0, 16 * 1024 * 1024)]
    public int SendBufferBytes { get; set; }

    /// <summary>The largest message of a client in bytes. 1,024–524,288; default 64 KiB.</summary>
    [Range(1024, 512 * 1024)]
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>The most fragments one message of a client may have. 1–1,000,000; default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int MaxMessageFragments { get; set; } = 1024;

    /// <summary>Seconds from the first byte of a client's message to its last. 1–600; default 10.</summary>
    [Range(1, 600)]
    public int MessageDeadlineSeconds { get; set; } = 10;

    /// <summary>Seconds a peer has to answer the closing handshake before it is dropped. 1–60; default 2.</summary>
    [Range(1, 60)]
    public int CloseSeconds { get; set; } = 2;

    /// <summary>Messages a client may send per second on average; 0 = no limit. 0–100,000; default 50.</summary>
    [Range(0, 100_000)]
    public int MessagesPerSecond { get; set; } = 50;

    /// <summary>Messages a client may send at once after a quiet time. 1–100,000; default 100.</summary>
    [Range(1, 100_000)]
    public int MessageBurst { get; set; } = 100;

    /// <summary>Errors a client may cause per minute before it is closed with 1008; 0 = no limit. 0–100,000; default 60.</summary>
    [Range(0, 100_000)]
    public int MaxErrorsPerMinute { get; set; } = 60;
}
