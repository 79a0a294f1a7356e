namespace Gateway.Connections;

internal enum SendResult : byte
{
    /// <summary>The kernel has it.</summary>
    Sent,

    /// <summary>It waits in the connection's queue.</summary>
    Queued,

    /// <summary>The queue is full: the receiver is too slow.</summary>
    Overflow,

    /// <summary>The connection is closing or gone.</summary>
    Closed,
}
