using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

internal sealed partial class EventIdTests
{
    [Test]
    public void Every_log_message_has_an_id_of_its_own()
    {
        var twice = All().GroupBy(use => use.Id).Where(ids => ids.Count() > 1 || ids.Key == 0)
            .Select(ids => $"{ids.Key}: {string.Join(", ", ids.Select(use => use.File))}");
        Assert.That(twice, Is.Empty);
    }

    [Test]
    public void The_ids_of_one_folder_are_one_range_that_overlaps_no_other()
    {
        var folders = All().GroupBy(use => Path.GetDirectoryName(use.File)!)
            .Select(folder => (Folder: folder.Key, First: folder.Min(use => use.Id), Last: folder.Max(use => use.Id)))
            .OrderBy(folder => folder.First).ToList();
        var overlaps = folders.Zip(folders.Skip(1)).Where(pair => pair.Second.First <= pair.First.Last)
            .Select(pair => $"{pair.First} and {pair.Second}");
        Assert.That(overlaps, Is.Empty);
    }

    /// <summary>An id of 0 stands for a message that names none.</summary>
    private static List<(int Id, string File)> All() =>
    [
        .. from file in Repository.ProductSources()
           from Match match in LoggerMessage().Matches(Repository.Read(file))
           let id = match.Groups["id"]
           select (id.Success ? int.Parse(id.Value, CultureInfo.InvariantCulture) : 0, file),
    ];

    [GeneratedRegex(@"\[LoggerMessage\((?:\s*(?<id>\d+)|[^""\]]*?EventId\s*=\s*(?<id>\d+))?")]
    private static partial Regex LoggerMessage();
}
