namespace Gateway.LoadTest.Measure;

/// <summary>A measured value: its name in <c>--slo</c> and JSON, its heading, unit, and which direction is better.</summary>
internal sealed record Metric(string Name, string Title, string Unit, bool LowerIsBetter, string Format)
{
    public static readonly Metric Cpu = new("cpu", "CPU / delivery", "µs", true, "0.00");
    public static readonly Metric CpuUser = new("user", "of that user", "µs", true, "0.00");
    public static readonly Metric Deliveries = new("deliveries", "deliveries / s", "", false, "#,0");
    public static readonly Metric P50 = new("p50", "p50", "ms", true, "0.0");
    public static readonly Metric P90 = new("p90", "p90", "ms", true, "0.0");
    public static readonly Metric P99 = new("p99", "p99", "ms", true, "0.0");
    public static readonly Metric P999 = new("p99.9", "p99.9", "ms", true, "0.0");
    public static readonly Metric P99Ratio = new("p99-ratio", "p99 beside none stalled", "×", true, "0.00");
    public static readonly Metric Loss = new("loss", "lost", "", true, "#,0");
    public static readonly Metric Behind = new("behind", "still to come", "", true, "#,0");
    public static readonly Metric Doubled = new("doubled", "doubled", "", true, "#,0");
    public static readonly Metric Disordered = new("disorder", "out of order", "", true, "#,0");
    public static readonly Metric Rss = new("rss", "RSS / idle connection", "KiB", true, "0.00");
    public static readonly Metric RssBefore = new("rss-before", "before a collection", "KiB", true, "0.00");
    public static readonly Metric Kernel = new("kernel", "kernel, both ends", "KiB", true, "0.00");
    public static readonly Metric SocketBuffers = new("buffers", "of that TCP buffers", "KiB", true, "0.00");
    public static readonly Metric Handshakes = new("handshakes", "handshakes / s", "", false, "#,0");
    public static readonly Metric HandshakeCpu = new("handshake-cpu", "CPU each", "µs", true, "0.0");
    public static readonly Metric Seconds = new("seconds", "until the last has it", "s", true, "0.00");
    public static readonly Metric Ended = new("ended", "stalled ones ended", "", false, "0");
    public static readonly Metric EndedAfter = new("ended-after", "the last one after", "s", true, "0.0");
    public static readonly Metric Churned = new("churned", "connections replaced", "", false, "#,0");
    public static readonly Metric RssStart = new("rss-start", "RSS early", "MiB", true, "0.0");
    public static readonly Metric RssEnd = new("rss-end", "RSS at the end", "MiB", true, "0.0");
    public static readonly Metric RssGrowth = new("rss-growth", "growth", "%", true, "0.0");
    public static readonly Metric ClientCpu = new("client-cpu", "client's CPU", "µs", true, "0.00");

    public static readonly IReadOnlyList<Metric> All =
    [
        Cpu, CpuUser, Deliveries, P50, P90, P99, P999, P99Ratio, Handshakes, HandshakeCpu, Rss, RssBefore, Kernel, SocketBuffers, Seconds, Ended, EndedAfter,
        Churned, RssStart, RssEnd, RssGrowth, Loss, Behind, Doubled, Disordered, ClientCpu,
    ];
}
