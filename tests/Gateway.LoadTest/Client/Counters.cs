using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Client;

/// <summary>Counts of what a loop's connections received in a phase.</summary>
internal sealed class Counters
{
    public long Messages { get; private set; }

    /// <summary>Skipped, and not received later.</summary>
    public long Missing { get; private set; }

    public long Doubled { get; private set; }

    public long Disordered { get; private set; }

    /// <summary>Received by a connection that is not a member.</summary>
    public long Misdirected { get; set; }

    public void Count(Arrival arrival, uint missing)
    {
        if (arrival == Arrival.Again)
        {
            Doubled++;
            return;
        }

        Messages++;
        if (arrival == Arrival.InOrder) return;
        Missing += missing;
        if (arrival != Arrival.Late) return;
        Missing--;
        Disordered++;
    }

    public void Clear() => Messages = Missing = Doubled = Disordered = Misdirected = 0;
}
