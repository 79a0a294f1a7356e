using System.Diagnostics.Metrics;

namespace Gateway.Bus;

/// <summary>The bus's instruments, meter <c>Gateway.Bus</c>. Tags are a few fixed words, never names.</summary>
internal sealed class BusMetrics
{
    public const string MeterName = "Gateway.Bus";

    private readonly Counter<long> _undecodable;
    private readonly Counter<long> _published;

    public BusMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _undecodable = meter.CreateCounter<long>("gateway.bus.undecodable", "{message}", "Payloads that could not be read, by kind of channel");
        _published = meter.CreateCounter<long>("gateway.bus.published", "{message}", "Messages given to the bus, by what became of them");
    }

    public void Undecodable(string kind) => _undecodable.Add(1, new KeyValuePair<string, object?>("channel", kind));

    public void Published(PublishStatus status) => _published.Add(1, new KeyValuePair<string, object?>("status", Word(status)));

    private static string Word(PublishStatus status) => status switch
    {
        PublishStatus.Accepted => "accepted",
        PublishStatus.Duplicate => "duplicate",
        PublishStatus.TooLarge => "too_large",
        _ => "unavailable",
    };
}
