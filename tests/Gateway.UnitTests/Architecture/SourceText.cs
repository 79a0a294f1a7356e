using System.Text.RegularExpressions;

namespace Gateway.UnitTests.Architecture;

/// <summary>What a C# file names, read as text.</summary>
internal static partial class SourceText
{
    /// <summary>The code without comments and without what stands in string literals.</summary>
    public static string Code(string source) => CommentOrString().Replace(source, match => match.Value[0] == '/' ? "" : "\"\"");

    /// <summary>The second part of every <c>Gateway.X</c> the code names: by a using, or written out.</summary>
    public static IEnumerable<string> GatewayNames(string source) =>
        GatewayName().Matches(NamespaceLine().Replace(Code(source), "")).Select(match => match.Groups[1].Value).Distinct();

    public static string? Namespace(string source) =>
        NamespaceLine().Match(Code(source)) is { Success: true } match ? match.Groups["name"].Value : null;

    [GeneratedRegex(@"\bGateway\.([A-Z]\w*)")]
    private static partial Regex GatewayName();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    // Raw strings first, then verbatim, ordinary and character literals, then both kinds of comment.
    [GeneratedRegex(""""(?<q>"""+)[\s\S]*?\k<q>|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*[\s\S]*?\*/"""")]
    private static partial Regex CommentOrString();
}
