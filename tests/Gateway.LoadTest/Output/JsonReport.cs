using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Output;

/// <summary>All rounds and their medians, and the machine.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task WriteAsync(string path, string command, IReadOnlyList<Row> rounds, IReadOnlyList<Row> medians, CancellationToken cancellation)
    {
        var report = new
        {
            at = TimeProvider.System.GetUtcNow(),
            command,
            machine = new
            {
                cores = Environment.ProcessorCount,
                system = RuntimeInformation.OSDescription,
                runtime = RuntimeInformation.FrameworkDescription,
            },
            medians = medians.Select(Plain),
            rounds = rounds.Select(Plain),
        };
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, report, Indented, cancellation);
    }

    private static object Plain(Row row) => new
    {
        row.Label,
        row.Server,
        values = row.Values.ToDictionary(v => v.Key.Name, v => Math.Round(v.Value, 4)),
        row.Notes,
    };
}
