using NUnit.Framework;

namespace Gateway.UnitTests.Hosting;

internal sealed class SettingsDocumentTests
{
    private const string Document = "shared/Gateway.Hosting/SETTINGS.md";

    [Test]
    public async Task SETTINGS_md_has_a_row_for_every_setting_as_the_code_has_it()
    {
        var text = Repository.Read(Document);
        var rows = text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.That(rows, Is.EqualTo(await Rows()), "write it anew: dotnet test tests/Gateway.UnitTests --filter Write_SETTINGS_md");
    }

    [Test]
    public async Task Every_setting_is_explained() =>
        Assert.That((await Rows()).Where(row => row.EndsWith("|  |", StringComparison.Ordinal)), Is.Empty, "settings without a comment in the code");

    [Test]
    [Explicit("Writes the table of SETTINGS.md from the code.")]
    public async Task Write_SETTINGS_md()
    {
        var text = Repository.Read(Document);
        var preface = text[..text.IndexOf(SettingsTable.Head, StringComparison.Ordinal)];
        await File.WriteAllTextAsync(Path.Combine(Repository.Root, Document), $"{preface}{SettingsTable.Head}\n{string.Join('\n', await Rows())}\n");
    }

    private static async Task<List<string>> Rows() => [.. SettingsTable.Rows(await Catalog.OfAllServicesAsync())];
}
