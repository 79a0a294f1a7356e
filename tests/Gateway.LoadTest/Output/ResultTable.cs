using System.Globalization;
using Gateway.LoadTest.Measure;
using Spectre.Console;

namespace Gateway.LoadTest.Output;

/// <summary>A table for each row label: servers down, metrics across; what is not the first server also shows how many times its value it has.</summary>
internal static class ResultTable
{
    // Ratios of these say something; of a loss or a count they do not.
    private static readonly HashSet<Metric> Compared =
        [Metric.Cpu, Metric.CpuUser, Metric.Deliveries, Metric.P50, Metric.P99, Metric.Rss, Metric.Handshakes, Metric.HandshakeCpu];

    public static void Print(IAnsiConsole console, IReadOnlyList<Row> medians)
    {
        foreach (var rows in medians.GroupBy(r => r.Label))
        {
            var metrics = Metric.All.Where(m => rows.Any(r => r.Values.ContainsKey(m))).ToArray();
            var table = new Table().Title(Markup.Escape(rows.Key)).Border(TableBorder.Simple).AddColumn("server");
            foreach (var metric in metrics)
                table.AddColumn(new TableColumn(Markup.Escape(Heading(metric))).RightAligned());
            foreach (var row in rows) table.AddRow([Markup.Escape(row.Server), .. metrics.Select(m => Markup.Escape(Cell(m, row, rows.First())))]);
            console.Write(table);
            foreach (var row in rows.Where(r => r.Notes.Length > 0)) console.WriteLine($"  {row.Server}: {row.Notes}");
        }
    }

    private static string Heading(Metric metric) => metric.Unit.Length == 0 ? metric.Title : $"{metric.Title}, {metric.Unit}";

    private static string Cell(Metric metric, Row row, Row first)
    {
        if (!row.Values.TryGetValue(metric, out var value)) return "";
        var text = value.ToString(metric.Format, CultureInfo.InvariantCulture);
        return ReferenceEquals(row, first) || !Compared.Contains(metric) || !first.Values.TryGetValue(metric, out var own) || own == 0
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text} ({value / own:0.00}×)");
    }
}
