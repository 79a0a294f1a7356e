using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Gateway.FunctionalTests.Deployment;

/// <summary>YAML as JSON nodes, which are simpler to walk.</summary>
internal static class Yaml
{
    public static IReadOnlyList<JsonNode> Documents(string yaml)
    {
        var read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var write = new SerializerBuilder().JsonCompatible().Build();
        var parser = new Parser(new StringReader(yaml));
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (read.Deserialize<object?>(parser) is { } document) documents.Add(JsonNode.Parse(write.Serialize(document))!);
        }

        return documents;
    }

    /// <summary>The node at a path like <c>spec/template/metadata/labels</c>; numbers index lists; null where it ends early.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('/'))
        {
            node = node switch
            {
                JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
                JsonObject map => map[step],
                _ => null,
            };
        }

        return node;
    }

    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static IEnumerable<JsonNode> List(this JsonNode? node, string path) => node.At(path) is JsonArray list ? list.OfType<JsonNode>() : [];

    public static Dictionary<string, string> Map(this JsonNode? node, string path) =>
        node.At(path) is JsonObject map ? map.ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "") : [];
}
