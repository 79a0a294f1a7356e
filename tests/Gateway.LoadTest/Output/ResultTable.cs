using System.Globalization;
using Gateway.LoadTest.Measure;
using Spectre.Console;

namespace Gateway.LoadTest.Output;

/// <summary>
/// A table for each row label: servers down, metrics across. Beside its values a server has the ratio to the first server: the median of the
/// rounds' ratios, since a slow minute of the machine affects all servers of a round.
/// </summary>
internal static class ResultTable
{
    // Only these have meaningful ratios; a loss or a count has not.
    private static readonly HashSet<Metric> Compared =
        [Metric.Cpu, Metric.CpuUser, Metric.Deliveries, Metric.P50, Metric.P99, Metric.Rss, Metric.Handshakes, Metric.HandshakeCpu];

    public static void Print(IAnsiConsole console, IReadOnlyList<Row> rounds, IReadOnlyList<Row> medians)
    {
        foreach (var rows in medians.GroupBy(r => r.Label))
        {
            var metrics = Metric.All.Where(m => rows.Any(r => r.Values.ContainsKey(m))).ToArray();
            var table = new Table().Title(Markup.Escape(rows.Key)).Border(TableBorder.Simple).AddColumn("server");
            foreach (var metric in metrics)
                table.AddColumn(new TableColumn(Markup.Escape(Heading(metric))).RightAligned());
            foreach (var row in rows) table.AddRow([Markup.Escape(row.Server), .. metrics.Select(m => Markup.Escape(Cell(m, row, Ratio(m, row, rows.First(), rounds))))]);
            console.Write(table);
            foreach (var row in rows.Where(r => r.Notes.Length > 0)) console.WriteLine($"  {row.Server}: {row.Notes}");
        }
    }

    private static string Heading(Metric metric) => metric.Unit.Length == 0 ? metric.Title : $"{metric.Title}, {metric.Unit}";

    private static string Cell(Metric metric, Row row, double? ratio)
    {
        if (!row.Values.TryGetValue(metric, out var value)) return "";
        var text = value.ToString(metric.Format, CultureInfo.InvariantCulture);
        return ratio is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({ratio:0.00}×)");
    }

    private static double? Ratio(Metric metric, Row row, Row first, IReadOnlyList<Row> rounds)
    {
        if (ReferenceEquals(row, first) || !Compared.Contains(metric)) return null;
        var ratios = Of(row).Zip(Of(first), (value, own) => value / own).Where(double.IsFinite).ToArray();
        return ratios.Length == 0 ? null : Row.Median(ratios);

        IEnumerable<double> Of(Row median) => rounds.Where(r => r.Label == median.Label && r.Server == median.Server).Select(r => r.Values.GetValueOrDefault(metric));
    }
}
