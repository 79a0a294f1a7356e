using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.Dialects;

/// <summary>What a client is told first.</summary>
/// <param name="ClientId">The id of its connection.</param>
/// <param name="IsDegraded">True while the bus has not confirmed all of its targets.</param>
/// <param name="Cursor">The places of its targets with history; null if there are none.</param>
internal readonly record struct Welcome(string ClientId, bool IsDegraded, string? Cursor);

/// <summary>Messages of a target that a client does not receive.</summary>
/// <param name="Target">The target.</param>
/// <param name="Reason">Why.</param>
/// <param name="From">The first missing offset; 0 if unknown.</param>
/// <param name="To">The last missing offset; 0 if unknown.</param>
internal readonly record struct GapNotice(Target Target, GapReason Reason, long From = 0, long To = 0)
{
    public static GapNotice Of(Interruption interruption) =>
        new(interruption.Target, interruption.IsFromHistory ? GapReason.History : GapReason.Bus, interruption.From, interruption.To);
}

/// <summary>Why a client misses messages.</summary>
internal enum GapReason : byte
{
    /// <summary>Its queue was full, and the room's policy is to drop the oldest messages.</summary>
    Queue,

    /// <summary>The connection to Redis was lost for a while.</summary>
    Bus,

    /// <summary>The history no longer has them: it was trimmed, or Redis lost it.</summary>
    History,
}

/// <summary>The result of resuming one target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Place">From where messages are received; null without history or with an error.</param>
/// <param name="IsRecovered">True if nothing was missed since the client's cursor; null if it gave none.</param>
/// <param name="Error">Why the target was not joined; else null.</param>
internal readonly record struct ResumedTarget(Target Target, Position? Place, bool? IsRecovered, ResumeError? Error = null);

/// <param name="Code">As in an error frame.</param>
/// <param name="Message">For people.</param>
internal sealed record ResumeError(int Code, string Message);
