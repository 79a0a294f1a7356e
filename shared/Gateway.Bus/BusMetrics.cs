using System.Diagnostics.Metrics;

namespace Gateway.Bus;

/// <summary>The instruments of the bus, meter <c>Gateway.Bus</c>. Tags have few fixed values and never contain names.</summary>
internal sealed class BusMetrics
{
    public const string MeterName = "Gateway.Bus";

    private readonly Counter<long> _undecodable;
    private readonly Counter<long> _published;
    private readonly Counter<long> _inbox;
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _repaired;
    private readonly Counter<long> _losses;
    private readonly Counter<long> _overloads;

    public BusMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _undecodable = meter.CreateCounter<long>("gateway.bus.undecodable", "{message}", "Invalid payloads that were ignored, by kind of channel");
        _published = meter.CreateCounter<long>("gateway.bus.published", "{message}", "Published messages, by outcome");
        _inbox = meter.CreateCounter<long>("gateway.bus.inbox", "{entry}", "Entries of the inbox, by outcome");
        _repairs = meter.CreateCounter<long>("gateway.bus.repairs", "{repair}", "Gaps in the messages of a target that were read from history");
        _repaired = meter.CreateCounter<long>("gateway.bus.repaired", "{message}", "Messages that did not arrive by the subscription and were delivered from history");
        _losses = meter.CreateCounter<long>("gateway.bus.losses", "{gap}", "Gaps that history could not fill; the receivers were told");
        _overloads = meter.CreateCounter<long>("gateway.bus.overloads", "{connection}", "Subscription connections that the server closed while this pod was behind with reading");
    }

    /// <param name="outcome"><c>published</c> or <c>dead</c>.</param>
    public void Inbox(string outcome) => _inbox.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Undecodable(string kind) => _undecodable.Add(1, new KeyValuePair<string, object?>("channel", kind));

    public void Published(PublishStatus status) => _published.Add(1, new KeyValuePair<string, object?>("status", Tag(status)));

    public void RepairStarted() => _repairs.Add(1);

    public void Repaired(int messages, int losses)
    {
        if (messages > 0) _repaired.Add(messages);
        if (losses > 0) _losses.Add(losses);
    }

    public void Overloaded() => _overloads.Add(1);

    private static string Tag(PublishStatus status) => status switch
    {
        PublishStatus.Accepted => "accepted",
        PublishStatus.Duplicate => "duplicate",
        PublishStatus.TooLarge => "too_large",
        _ => "unavailable",
    };
}
