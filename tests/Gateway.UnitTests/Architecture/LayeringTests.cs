using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.UnitTests.Architecture;

/// <summary>
/// Who may use whom. A room or project that needs a new neighbour is a change of the design: of this list too.
/// </summary>
internal sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["shared/Gateway.Contracts"] = [],
        ["shared/Gateway.Bus"] = ["Gateway.Contracts"],
        ["shared/Gateway.Publishing"] = ["Gateway.Bus", "Gateway.Contracts"],
        ["shared/Gateway.Hosting"] = ["Gateway.Bus", "Gateway.Contracts"],
        ["services/Gateway"] = ["Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/AdminApi"] = ["Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/UserApi"] = ["Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
        ["services/Standalone"] = ["Gateway", "AdminApi", "UserApi", "Gateway.Hosting", "Gateway.Publishing", "Gateway.Bus", "Gateway.Contracts"],
    };

    /// <summary>Rooms of services/Gateway from the socket inward; a room uses only what has a higher number.</summary>
    private static readonly Dictionary<string, int> Rooms = new()
    {
        ["Handshake"] = 1, ["Commands"] = 2, ["Rooms"] = 3, ["Presence"] = 3, ["Recovery"] = 3, ["Takeover"] = 3,
        ["Delivery"] = 4, ["Registry"] = 5, ["Connections"] = 6, ["Dialects"] = 7, ["Telemetry"] = 8,
    };

    /// <summary>May use every room; nothing but the table of contents uses it.</summary>
    private const string Operations = "Operations";

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
    public void A_room_of_the_gateway_names_only_rooms_further_in()
    {
        var wrong = from file in RoomSources()
                    let room = RoomOf(file)
                    where room != Operations
                    from name in SourceText.GatewayNames(Repository.Read(file))
                    where name != room && (name == Operations || (Rooms.TryGetValue(name, out var rank) && rank <= Rooms[room]))
                    select $"{file} names {name}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_source_of_the_gateway_has_the_namespace_of_a_known_room()
    {
        Assert.That(RoomSources().Select(RoomOf).Distinct(), Is.SubsetOf(Rooms.Keys.Append(Operations)), "the rooms of services/Gateway");

        var wrong = from file in RoomSources()
                    let expected = "Gateway." + RoomOf(file)
                    let actual = SourceText.Namespace(Repository.Read(file))
                    where actual != expected && actual?.StartsWith(expected + ".", StringComparison.Ordinal) != true
                    select $"{file} is in {actual}, not {expected}";
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

    private static IEnumerable<string> RoomSources() => Repository.Files("services/Gateway", ".cs").Where(file => file.Count(c => c == '/') > 2);

    private static string RoomOf(string file) => file.Split('/')[2];

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?([^/\\""]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^\s*global\s+using\s+(?:static\s+)?Gateway\b", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();
}
