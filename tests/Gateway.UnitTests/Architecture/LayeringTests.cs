using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

/// <summary>
/// Which project may reference which. A new reference is a change of the design, and of this list. The folders inside a project
/// are checked by <see cref="FolderGraphTests"/>.
/// </summary>
internal sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["shared/Gateway.Contracts"] = [],
        ["shared/Gateway.Bus"] = ["Gateway.Contracts"],
        ["shared/Gateway.Publishing"] = ["Gateway.Bus", "Gateway.Contracts"],
        ["shared/Gateway.Hosting"] = ["Gateway.Bus", "Gateway.Contracts"],
        ["shared/Gateway.Api"] = ["Gateway.Publishing", "Gateway.Hosting", "Gateway.Bus", "Gateway.Contracts"],
        ["services/Gateway"] = ["Gateway.Api", "Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/AdminApi"] = ["Gateway.Api", "Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/UserApi"] = ["Gateway.Api", "Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/Standalone"] = ["Gateway", "AdminApi", "UserApi", "Gateway.Api", "Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
    };

    [Test]
    public void A_project_refers_only_to_projects_below_it()
    {
        var files = Repository.Files("services", ".csproj").Concat(Repository.Files("shared", ".csproj")).ToList();
        Assert.That(files.Select(file => Path.GetDirectoryName(file)), Is.EquivalentTo(Projects.Keys), "the list of projects");

        var wrong = from file in files
                    from Match match in ProjectReference().Matches(Repository.Read(file))
                    let name = match.Groups[1].Value
                    where !Projects[Path.GetDirectoryName(file)!].Contains(name)
                    select $"{file} refers to {name}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_source_names_only_namespaces_below_its_project()
    {
        var shared = Projects.Keys.Where(path => path.StartsWith("shared/", StringComparison.Ordinal)).Select(path => path["shared/Gateway.".Length..]).ToHashSet();
        var wrong = from file in Repository.ProductSources()
                    let project = string.Join('/', file.Split('/').Take(2))
                    from name in SourceText.GatewayNames(Repository.Read(file))
                    where shared.Contains(name) && project != "shared/Gateway." + name && !Projects[project].Contains("Gateway." + name)
                    select $"{file} names Gateway.{name}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void No_global_using_hides_who_uses_whom()
    {
        var sources = Repository.ProductSources().Where(file => GlobalUsing().IsMatch(SourceText.Code(Repository.Read(file))));
        var projects = Repository.Files("", ".csproj", ".props").Where(file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .Where(file => Repository.Read(file).Contains("<Using Include=\"Gateway", StringComparison.Ordinal));
        Assert.That(sources.Concat(projects), Is.Empty);
    }

    [TestCase("StackExchange.Redis", "shared/Gateway.Bus/Redis/")]
    [TestCase("Polly", "shared/Gateway.Bus/")]
    public void A_package_behind_a_seam_is_named_there_only(string package, string place)
    {
        var wrong = Repository.ProductSources()
            .Where(file => !file.StartsWith(place, StringComparison.Ordinal))
            .Where(file => Regex.IsMatch(SourceText.Code(Repository.Read(file)), $@"\b{Regex.Escape(package)}\b"));
        Assert.That(wrong, Is.Empty);
    }

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?([^/\\""]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^\s*global\s+using\s+(?:static\s+)?Gateway\b", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();
}
