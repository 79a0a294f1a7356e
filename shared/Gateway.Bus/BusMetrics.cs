using System.Diagnostics.Metrics;

namespace Gateway.Bus;

/// <summary>The instruments of the bus, meter <c>Gateway.Bus</c>. Tags have few fixed values and never contain names.</summary>
internal sealed class BusMetrics
{
    public const string MeterName = "Gateway.Bus";

    private readonly Counter<long> _undecodable;
    private readonly Counter<long> _published;

    public BusMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _undecodable = meter.CreateCounter<long>("gateway.bus.undecodable", "{message}", "Invalid payloads that were ignored, by kind of channel");
        _published = meter.CreateCounter<long>("gateway.bus.published", "{message}", "Published messages, by outcome");
    }

    public void Undecodable(string kind) => _undecodable.Add(1, new KeyValuePair<string, object?>("channel", kind));

    public void Published(PublishStatus status) => _published.Add(1, new KeyValuePair<string, object?>("status", Tag(status)));

    private static string Tag(PublishStatus status) => status switch
    {
        PublishStatus.Accepted => "accepted",
        PublishStatus.Duplicate => "duplicate",
        PublishStatus.TooLarge => "too_large",
        _ => "unavailable",
    };
}
