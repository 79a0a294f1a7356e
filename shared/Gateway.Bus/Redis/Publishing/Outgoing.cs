using System.Runtime.ExceptionServices;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Publishing;

/// <summary>One call to publish, through all its attempts.</summary>
internal sealed class Outgoing(Message message, byte[] payload, bool idempotent, long started, CancellationToken caller)
{
    public Message Message => message;

    public byte[] Payload => payload;

    public bool IsIdempotent => idempotent;

    /// <summary>When it was called, as a timestamp.</summary>
    public long Started => started;

    /// <summary>How the attempt outside the pipeline ended.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>True when the caller itself gave up, which says nothing about Redis.</summary>
    public bool IsGivenUp => caller.IsCancellationRequested;

    /// <summary>It waits or is tried again: later calls queue behind it.</summary>
    public bool HoldsTurn { get; set; }

    public ExceptionDispatchInfo? TakeFault()
    {
        var fault = Fault;
        Fault = null;
        return fault;
    }
}
