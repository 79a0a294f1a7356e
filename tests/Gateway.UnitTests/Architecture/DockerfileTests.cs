using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

/// <summary>The Dockerfiles, read as text against the repository: what a build without an engine can know.</summary>
[TestFixture("Gateway", 8087)]
[TestFixture("AdminApi", 8083)]
[TestFixture("UserApi", 8081)]
[TestFixture("Standalone", 8087)]
internal sealed partial class DockerfileTests(string service, int port)
{
    private string _text = "";
    private List<(string Word, string Tail)> _lines = [];

    [OneTimeSetUp]
    public void Read()
    {
        _text = Repository.Read($"services/{service}/Dockerfile");
        _lines = [.. _text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => (line.Split(' ')[0], line[(line.IndexOf(' ') + 1)..]))];
    }

    [Test]
    public void Everything_it_copies_exists_and_is_not_ignored()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var sources = Copies().SelectMany(words => words[..^1]).ToList();

        Assert.That(sources.Where(path => !Path.Exists(Path.Combine(Repository.Root, path))), Is.Empty);
        Assert.That(sources.Where(path => ignored.Contains(path.Split('/')[0])), Is.Empty);
    }

    [Test]
    public void It_restores_exactly_the_projects_that_the_service_needs()
    {
        var copied = Copies().SelectMany(words => words[..^1]).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.That(copied, Is.EquivalentTo(Closure($"services/{service}/{service}.csproj")));
    }

    [Test]
    public void A_project_file_lands_where_the_solution_has_it()
    {
        var wrong = Copies().Where(words => words[0].EndsWith(".csproj", StringComparison.Ordinal))
            .Where(words => words[1] != Path.GetDirectoryName(words[0]) + "/");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Everything_that_the_build_reads_from_the_root_is_copied()
    {
        var root = Copies().Single(words => words[^1] == "./" && words.Length > 3);
        string[] needed = ["global.json", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"];
        Assert.That(root[..^1], Is.EquivalentTo(needed));
    }

    [Test]
    public void It_publishes_runs_and_exposes_this_service_without_root()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_lines, Does.Contain(("RUN", $"dotnet restore services/{service}/{service}.csproj")));
            Assert.That(_text, Does.Contain($"RUN dotnet publish services/{service}/{service}.csproj "));
            Assert.That(_lines[^1], Is.EqualTo(("ENTRYPOINT", $"[\"dotnet\", \"{service}.dll\"]")));
            Assert.That(_lines, Does.Contain(("USER", "$APP_UID")));
            Assert.That(_lines, Does.Contain(("EXPOSE", $"{port}")));
            Assert.That(_lines.Select(line => line.Word), Does.Not.Contain("HEALTHCHECK"));
            Assert.That(_lines.Where(line => line.Word == "FROM").Select(line => line.Tail), Has.All.Contains(":10.0"));
        });
    }

    /// <summary>The words of each COPY from the build context.</summary>
    private IEnumerable<string[]> Copies() =>
        _lines.Where(line => line.Word == "COPY" && !line.Tail.StartsWith("--from", StringComparison.Ordinal)).Select(line => line.Tail.Split(' '));

    private static HashSet<string> Closure(string project)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([project]);
        while (open.TryPop(out var next))
        {
            if (!found.Add(next)) continue;
            var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(next)!);
            foreach (Match match in Reference().Matches(Repository.Read(next)))
                open.Push(Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(folder, match.Groups[1].Value))).Replace('\\', '/'));
        }

        return found;
    }

    [GeneratedRegex(@"<ProjectReference\s+Include=""([^""]+)""")]
    private static partial Regex Reference();
}
