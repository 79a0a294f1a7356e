using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>
/// The logs of the targets whose messages are numbered and kept (section <c>History</c>). Throws
/// <see cref="BusUnavailableException"/> while the bus is down.
/// </summary>
public interface IMessageHistory
{
    /// <summary>Whether the messages of this target are numbered and kept.</summary>
    bool Keeps(Target target);

    /// <summary>
    /// The present places of targets with history, in their order. A target without messages has offset 0 in an epoch that stays, so that
    /// a client that has seen nothing can resume.
    /// </summary>
    Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation);

    /// <summary>Reads messages of one target, oldest first, up to about <see cref="HistoryPage.MaxBytes"/> and at least one.</summary>
    /// <param name="target">A target with history.</param>
    /// <param name="range">Which messages.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation);
}

/// <summary>A part of a log.</summary>
/// <param name="After">Only messages with a greater offset; 0 = from the oldest.</param>
/// <param name="Before">Only messages with a smaller offset; 0 = no limit.</param>
/// <param name="Limit">The most messages: 1–1,000.</param>
/// <param name="Newest">Takes the newest of the range rather than the oldest; the page stands oldest first in either case.</param>
public readonly record struct HistoryRange(long After, long Before, int Limit, bool Newest = false);

/// <summary>Messages of one target.</summary>
/// <param name="Current">The place of the target when it was read. A reader compares its epoch with its own: offsets of another epoch mean nothing.</param>
/// <param name="Oldest">Offset of the oldest message that is still kept; 0 if none is.</param>
/// <param name="Messages">Oldest first, each with its position.</param>
public sealed record HistoryPage(Position Current, long Oldest, IReadOnlyList<Message> Messages)
{
    /// <summary>The most bytes of messages in one page; a page has at least one message.</summary>
    public const int MaxBytes = 256 * 1024;
}
