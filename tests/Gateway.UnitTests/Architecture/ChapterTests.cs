using System.Text.RegularExpressions;
using AdminApi;
using Gateway.Commands;
using Gateway.Contracts;
using Gateway.Hosting.Options;
using Gateway.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using UserApi;

namespace Gateway.UnitTests.Architecture;

/// <summary>What README.md and the chapters say of files, settings, commands and codes is so.</summary>
internal sealed partial class ChapterTests
{
    private const string Readme = "README.md";
    private const string Protocol = "shared/Gateway.Contracts/PROTOCOL.md";
    private const string Operations = "k8s/README.md";
    private const int MostReadmeLines = 200;

    private static readonly string[] Arguments = ["--environment=Development", "--Auth:Secret=" + new string('s', 48)];

    [Test]
    public void The_README_can_be_read_in_one_go() =>
        Assert.That(Repository.Read(Readme).Split('\n'), Has.Length.LessThanOrEqualTo(MostReadmeLines));

    [TestCase(Readme)]
    [TestCase(Protocol)]
    [TestCase(Operations)]
    public void Files_that_a_chapter_names_exist(string chapter)
    {
        var text = Repository.Read(chapter);
        var here = Path.GetDirectoryName(chapter)!;
        var links = Link().Matches(text).Select(match => Path.Combine(here, match.Groups["path"].Value));
        var paths = QuotedPath().Matches(text).Select(match => match.Groups["path"].Value);
        Assert.That(links.Concat(paths).Where(path => !Path.Exists(Path.Combine(Repository.Root, path))), Is.Empty);
    }

    [TestCase(Readme)]
    [TestCase(Protocol)]
    [TestCase(Operations)]
    public void Settings_that_a_chapter_names_are_read_by_a_service(string chapter)
    {
        var catalog = Known();
        var aliases = EnvironmentAliases.All.Select(alias => alias.Name).ToHashSet();
        var text = Repository.Read(chapter);
        var settings = Setting().Matches(text).Where(match => !catalog.Contains($"{match.Groups["section"].Value}:{match.Groups["name"].Value}"));
        var names = Alias().Matches(text).Where(match => !aliases.Contains(match.Value));
        Assert.That(settings.Concat(names).Select(match => match.Value), Is.Empty);
    }

    [Test]
    public void The_protocol_lists_the_commands_that_there_are()
    {
        using var app = GatewayApp.Create(Arguments);
        var commands = app.Services.GetServices<ClientCommand>().Select(command => command.Type);
        Assert.That(FirstColumn("## 4."), Is.EquivalentTo(commands));
    }

    [Test]
    public void The_close_codes_of_the_protocol_are_those_of_the_code()
    {
        var known = typeof(CloseCode).GetFields().Where(field => field.FieldType == typeof(CloseCode)).Select(field => ((CloseCode)field.GetValue(null)!).Code);
        var said = Chapter("## 5.").Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(line => Code().Matches(line.Split('|')[1])).Select(match => int.Parse(match.Value));
        Assert.That(said, Is.Not.Empty.And.SubsetOf(known));
    }

    [Test]
    public void The_frames_that_the_protocol_lists_as_the_gateways_own_are_refused_to_publishers()
    {
        var own = FirstColumn("## 3.").ToList();
        Assert.That(own, Is.Not.Empty);
        Assert.That(own.Where(type => !MessageTypes.IsReserved(type)), Is.Empty);
    }

    /// <summary>Every setting of every service, as <c>Section:Name</c>.</summary>
    private static HashSet<string> Known()
    {
        using var gateway = GatewayApp.Create(Arguments);
        using var admin = AdminApiApp.Create(Arguments);
        using var user = UserApiApp.Create(Arguments);
        return [.. new[] { gateway, admin, user }.SelectMany(app => app.Services.GetRequiredService<OptionsCatalog>().Sections)
            .SelectMany(section => section.Settings)];
    }

    private static IEnumerable<string> Chapter(string heading) =>
        Repository.Read(Protocol).Split('\n').SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    /// <summary>What stands in back quotes alone in the first column of a chapter's tables, but for patterns of names.</summary>
    private static IEnumerable<string> FirstColumn(string heading) =>
        Chapter(heading).Select(line => Cell().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(?:services|shared|tests|k8s)/[\w./-]+)`")]
    private static partial Regex QuotedPath();

    [GeneratedRegex(@"\b(?<section>[A-Z]\w*?)(?:__|:)(?<name>[A-Z]\w*?)(?=__|\b|=)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\b(?:JWT|REDIS|WS)_[A-Z_]+\b|\bALLOWED_ORIGINS\b")]
    private static partial Regex Alias();

    [GeneratedRegex(@"\b\d{4}\b")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \|")]
    private static partial Regex Cell();
}
