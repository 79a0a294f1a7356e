namespace Gateway.LoadTest.Measure;

/// <summary>One measurement of one server: the result of a round of a scenario, or the median of all rounds.</summary>
/// <param name="Label">The scenario, with its step where it has several.</param>
/// <param name="Server">Which server.</param>
/// <param name="Values">What was measured.</param>
/// <param name="Notes">What a reader should know besides, such as how connections ended.</param>
internal sealed record Row(string Label, string Server, IReadOnlyDictionary<Metric, double> Values, string Notes = "")
{
    /// <summary>Of each label and server the median of every metric, in the order of their first occurrence.</summary>
    public static IReadOnlyList<Row> Medians(IEnumerable<Row> rows) =>
    [
        .. rows.GroupBy(r => (r.Label, r.Server)).Select(rounds => new Row(rounds.Key.Label, rounds.Key.Server,
            rounds.SelectMany(r => r.Values).GroupBy(v => v.Key, v => v.Value).ToDictionary(g => g.Key, Median),
            string.Join("; ", rounds.Select(r => r.Notes).Where(n => n.Length > 0).Distinct()))),
    ];

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
