using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

/// <summary>
/// The feature folders of a project use each other in one direction only. The graph is read from the sources and printed with the test's result.
/// Files in the project's root are the composition root: they may use every folder.
/// </summary>
[TestFixture("services/Gateway", "Gateway")]
[TestFixture("services/AdminApi", "AdminApi")]
[TestFixture("services/UserApi", "UserApi")]
[TestFixture("shared/Gateway.Hosting", "Gateway.Hosting")]
[TestFixture("shared/Gateway.Bus", "Gateway.Bus")]
internal sealed partial class FolderGraphTests(string project, string rootNamespace)
{
    private readonly List<(string Folder, string Path, string Code)> _sources =
    [
        .. from path in Repository.Files(project, ".cs")
           let below = path[(project.Length + 1)..].Split('/')
           where below.Length > 1
           select (below[0], path, SourceText.Code(Repository.Read(path))),
    ];

    [Test]
    public void The_folders_form_no_cycle()
    {
        var graph = Graph();
        foreach (var (folder, uses) in graph.OrderBy(node => node.Key, StringComparer.Ordinal)) TestContext.Out.WriteLine($"{folder} -> {string.Join(", ", uses.Order(StringComparer.Ordinal))}");
        Assert.That(FindCycle(graph), Is.Empty, "folders that use each other in a circle");
    }

    [Test]
    public void A_source_has_the_namespace_of_its_folder()
    {
        var wrong = from source in _sources
                    let expected = $"{rootNamespace}.{source.Folder}"
                    let actual = SourceText.Namespace(source.Code)
                    where actual != expected && actual?.StartsWith(expected + ".", StringComparison.Ordinal) != true
                    select $"{source.Path} is in {actual}, not {expected}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_cycle_is_found()
    {
        Dictionary<string, HashSet<string>> graph = new() { ["A"] = ["B", "C"], ["B"] = ["D"], ["C"] = ["D"], ["D"] = [] };
        Assert.That(FindCycle(graph), Is.Empty);
        graph["D"].Add("C");
        Assert.That(FindCycle(graph), Is.EqualTo(new[] { "D", "C", "D" }));
    }

    /// <summary>Folder to the folders it names: by a using, by a full name, or by the relative form <c>Folder.Type</c>.</summary>
    private Dictionary<string, HashSet<string>> Graph()
    {
        var types = _sources.GroupBy(source => source.Folder).ToDictionary(folder => folder.Key, folder => folder.SelectMany(source => TypeName().Matches(source.Code).Select(m => m.Groups[1].Value)).ToHashSet());
        return _sources.GroupBy(source => source.Folder).ToDictionary(
            folder => folder.Key,
            folder => types.Keys.Where(other => other != folder.Key && folder.Any(source => Names(source.Code, other, types[other]))).ToHashSet());
    }

    private bool Names(string code, string folder, HashSet<string> types) =>
        Regex.IsMatch(code, $@"\b{Regex.Escape(rootNamespace)}\.{folder}\b(?<!namespace\s.*)")
        || Regex.Matches(code, $@"(?<![\w.]){folder}\.([A-Z]\w*)").Any(match => types.Contains(match.Groups[1].Value));

    /// <summary>The folders of one cycle, the first one repeated at the end; empty where there is none.</summary>
    private static List<string> FindCycle(Dictionary<string, HashSet<string>> graph)
    {
        var finished = new HashSet<string>();
        foreach (var start in graph.Keys)
        {
            if (Visit(start, []) is { } cycle) return cycle;
        }

        return [];

        List<string>? Visit(string node, List<string> path)
        {
            if (finished.Contains(node)) return null;
            if (path.IndexOf(node) is var first and >= 0) return [.. path[first..], node];
            path.Add(node);
            foreach (var next in graph[node])
            {
                if (Visit(next, path) is { } cycle) return cycle;
            }

            path.RemoveAt(path.Count - 1);
            finished.Add(node);
            return null;
        }
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+([A-Z]\w*)")]
    private static partial Regex TypeName();
}
