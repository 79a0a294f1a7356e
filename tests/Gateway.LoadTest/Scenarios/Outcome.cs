using Gateway.LoadTest.Client;
using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Scenarios;

/// <summary>The result of a series.</summary>
internal sealed record Outcome
{
    public required Reply Report { get; init; }

    /// <summary>The server's, from the first publish to the end of the drain.</summary>
    public required CpuTime Cpu { get; init; }

    public required CpuTime ClientCpu { get; init; }

    /// <summary>How long publishing took.</summary>
    public required TimeSpan Window { get; init; }

    public required TimeSpan UntilLast { get; init; }

    /// <summary>Deliveries within the window.</summary>
    public required long InTime { get; init; }

    public required long Behind { get; init; }

    public double CpuUs => Cpu.TotalUs / Math.Max(1, Report.Messages);

    public LatencyHistogram Latency()
    {
        var latency = new LatencyHistogram();
        latency.Add(Report.Latency);
        return latency;
    }

    /// <summary>The metrics of every row about deliveries.</summary>
    public Dictionary<Metric, double> Values()
    {
        var latency = Latency();
        var messages = Math.Max(1, Report.Messages);
        return new Dictionary<Metric, double>
        {
            [Metric.Cpu] = CpuUs,
            [Metric.CpuUser] = Cpu.UserUs / messages,
            [Metric.Deliveries] = InTime / Window.TotalSeconds,
            [Metric.P50] = latency.Percentile(0.5),
            [Metric.P90] = latency.Percentile(0.9),
            [Metric.P99] = latency.Percentile(0.99),
            [Metric.P999] = latency.Percentile(0.999),
            // Messages that are still arriving are not lost.
            [Metric.Loss] = Math.Max(0, Report.Missing - Behind),
            [Metric.Behind] = Behind,
            [Metric.Doubled] = Report.Doubled,
            [Metric.Disordered] = Report.Disordered + Report.Misdirected,
            [Metric.ClientCpu] = ClientCpu.TotalUs / messages,
        };
    }

    public string Notes => Fleet.Describe(Report.Reasons);
}
