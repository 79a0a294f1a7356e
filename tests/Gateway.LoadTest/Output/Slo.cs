using System.Globalization;
using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Output;

/// <summary>
/// A bound that the first server must keep: <c>p99=12ms</c>, <c>loss=0</c>, <c>deliveries=1000000</c>; relative to another server
/// of the same run: <c>cpu=1.3xfloor</c>; for one row only: <c>fanout.cpu=9us</c>. The metric defines whether it is an upper or a lower bound.
/// </summary>
internal sealed record Slo(string RowPrefix, Metric Metric, double Bound, string? RelativeTo)
{
    public static IReadOnlyList<Slo> ParseAll(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    public static Slo Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new FormatException($"'{text}' is no bound: write metric=value, as in p99=12ms or cpu=1.3xfloor");
        var (name, value) = (text[..equals], text[(equals + 1)..]);
        var metric = Metric.All.Where(m => name == m.Name || name.EndsWith("." + m.Name, StringComparison.Ordinal)).MaxBy(m => m.Name.Length)
            ?? throw new FormatException($"'{name}' is no metric: {string.Join(", ", Metric.All.Select(m => m.Name))}");
        var row = name.Length > metric.Name.Length ? name[..^(metric.Name.Length + 1)] : "";
        var digits = value.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(value.AsSpan(0, digits), NumberStyles.Float, CultureInfo.InvariantCulture, out var bound))
            throw new FormatException($"'{value}' does not begin with a number");
        return new Slo(row, metric, bound * Factor(metric, value[digits..], out var relativeTo), relativeTo);
    }

    /// <summary>The violation as text; null if the bound holds or does not apply to this row.</summary>
    public string? Broken(Row row, IEnumerable<Row> all)
    {
        if (!row.Label.StartsWith(RowPrefix, StringComparison.Ordinal) || !row.Values.TryGetValue(Metric, out var value)) return null;
        var bound = Bound;
        if (RelativeTo is not null)
        {
            var other = all.FirstOrDefault(r => r.Label == row.Label && r.Server == RelativeTo);
            if (other is null || !other.Values.TryGetValue(Metric, out var theirs)) return $"{row.Label}: {RelativeTo} was not measured";
            bound *= theirs;
        }

        if (Metric.LowerIsBetter ? value <= bound : value >= bound) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{row.Label}: {Metric.Name} is {value.ToString(Metric.Format, CultureInfo.InvariantCulture)} {Metric.Unit}, {(Metric.LowerIsBetter ? "at most" : "at least")} {bound.ToString(Metric.Format, CultureInfo.InvariantCulture)} was asked for");
    }

    // Units may be left out; other units are converted to the metric's.
    private static double Factor(Metric metric, string unit, out string? relativeTo)
    {
        relativeTo = unit.StartsWith('x') && unit.Length > 1 ? unit[1..] : null;
        if (relativeTo is not null) return 1;
        return (unit, metric.Unit) switch
        {
            ("", _) or ("ms", "ms") or ("us" or "µs", "µs") or ("KiB", "KiB") or ("MiB", "MiB") or ("%", "%") or ("s", "s") or ("/s", "") => 1,
            ("us" or "µs", "ms") => 0.001,
            ("s", "ms") or ("ms", "µs") => 1000,
            ("k" or "k/s", "") => 1000,
            _ => throw new FormatException($"'{unit}' is no unit of {metric.Name} ({metric.Unit})"),
        };
    }
}
