using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

internal sealed class FileTests
{
    private const int MostLines = 250;

    private static readonly string[] Sources = [".cs", ".js", ".mjs", ".ts", ".html", ".css", ".sh", ".yaml", ".yml", ".conf"];

    /// <summary>The folders of the repository; build servers and editors may add hidden ones of their own.</summary>
    private static readonly string[] Folders = ["services", "shared", "tests", "k8s"];

    [Test]
    public void No_source_file_is_too_long_to_be_read_in_one_go()
    {
        var folders = Folders.SelectMany(folder => Repository.Files(folder, Sources));
        var wrong = folders.Select(file => (file, Lines: File.ReadLines(Path.Combine(Repository.Root, file)).Count())).Where(file => file.Lines > MostLines);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_root_has_no_unexpected_folders()
    {
        var folders = Directory.EnumerateDirectories(Repository.Root).Select(Path.GetFileName)
            .Where(name => !name!.StartsWith('.') && name != "TestResults");
        Assert.That(folders, Is.SubsetOf(Folders));
    }
}
