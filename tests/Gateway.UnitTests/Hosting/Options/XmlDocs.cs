using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.UnitTests.Hosting;

/// <summary>The comment on a setting, or on the words it may be, as Markdown, without the sentences that other columns of the table say.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<string, Dictionary<string, XElement>> Files = [];

    public static string Summary(PropertyInfo property) => Blanks().Replace(ElsewhereInTheTable().Replace(Text(property), ""), " ").Trim();

    /// <summary>What the comment says of a default that is no value: "same origin only".</summary>
    public static string? Default(PropertyInfo property) =>
        DefaultSentence().Match(Text(property)) is { Success: true } match ? match.Groups[1].Value : null;

    private static string Text(PropertyInfo property)
    {
        var (owner, type) = (property.DeclaringType!, property.PropertyType);
        if (!Of(owner.Assembly).TryGetValue($"P:{owner.FullName}.{property.Name}", out var summary)
            && !(type.IsEnum && Of(type.Assembly).TryGetValue("T:" + type.FullName, out summary))) return "";
        return Blanks().Replace(string.Concat(summary.Nodes().Select(Words)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Words(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")?.Value.Split('.')[^1]}`",
        XElement other => string.Concat(other.Nodes().Select(Words)),
        _ => "",
    };

    private static Dictionary<string, XElement> Of(Assembly assembly)
    {
        if (Files.TryGetValue(assembly.Location, out var known)) return known;
        var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        return Files[assembly.Location] = file.Descendants("member").Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\bDefault:? ([^.;]+)[.;]")]
    private static partial Regex DefaultSentence();

    // "Default 10 s.", "Range 0–1 day.", "0–100,000; default 50." at the end of a sentence or of all.
    [GeneratedRegex(@"(?<=^|[.;] )(?:Default(?: is)?:? [^.;]*\.|Range [^;]*?\.(?= |$)|[\d,.]+ ?\w*–[^;]*; default [^.;]*\.)(?= |$)")]
    private static partial Regex ElsewhereInTheTable();
}
