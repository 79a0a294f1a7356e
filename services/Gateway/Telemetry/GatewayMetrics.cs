using System.Diagnostics.Metrics;

namespace Gateway.Telemetry;

/// <summary>All instruments of the gateway. Tags have few fixed values, never ids.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "Gateway";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _received;
    private readonly Counter<long> _delivered;

    public GatewayMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _connections = _meter.CreateUpDownCounter<long>("gateway.connections.active", "{connection}", "Open connections.");
        _handshakes = _meter.CreateCounter<long>("gateway.handshakes", "{handshake}", "Handshakes by HTTP status.");
        _closed = _meter.CreateCounter<long>("gateway.connections.closed", "{connection}", "Closed connections by close code.");
        _received = _meter.CreateCounter<long>("gateway.messages.received", "{message}", "Messages from clients.");
        _delivered = _meter.CreateCounter<long>("gateway.messages.delivered", "{message}", "Messages delivered to connections of this pod.");
    }

    public void Opened() => _connections.Add(1);

    public void Closed(int code)
    {
        _connections.Add(-1);
        _closed.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    public void Handshake(int status) => _handshakes.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Received() => _received.Add(1);

    public void Delivered(int count) => _delivered.Add(count);

    public void Dispose() => _meter.Dispose();
}

internal static class TelemetryRegistration
{
    public static void AddTelemetry(this IServiceCollection services) => services.AddSingleton<GatewayMetrics>();
}
