using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AdminApi.Publish;

/// <summary>What the OpenAPI document says of <c>/publish</c>: the body is read by hand, so its shape is written down here.</summary>
internal static class PublishDocumentation
{
    private const string Text = """
        One message, or `{"messages":[…]}` with up to 1,000 of them and at most 10 MB in all. Scopes by target: `publish:all`, `publish:room`
        (rooms and tasks), `publish:user`. A batch is answered 200 with one result or problem per message, in order; 503 only if the bus took none.
        """;

    public static RouteHandlerBuilder DescribePublish(this RouteHandlerBuilder endpoint) => endpoint
        .Describe<PublishMessage, PublishResponse>("Publish messages", Text)
        .AddOpenApiOperationTransformer(BothForms);

    private static Task BothForms(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var problem = operation.Responses!["403"].Content!["application/problem+json"].Schema!;
        Widen(operation.RequestBody!.Content!, message => List("messages", message, PublishBody.MaxItems));
        Widen(operation.Responses["200"].Content!, answer => List("results", new OpenApiSchema { AnyOf = [answer, problem] }, PublishBody.MaxItems));
        return Task.CompletedTask;
    }

    private static void Widen(IDictionary<string, OpenApiMediaType> content, Func<IOpenApiSchema, IOpenApiSchema> many)
    {
        var json = content["application/json"];
        json.Schema = new OpenApiSchema { OneOf = [json.Schema!, many(json.Schema!)] };
    }

    private static OpenApiSchema List(string name, IOpenApiSchema item, int most) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { name },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            [name] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = item, MinItems = 1, MaxItems = most },
        },
    };

    /// <summary>The names and types of a message as the document shows them.</summary>
    private sealed record PublishMessage
    {
        [Description("`user:<id>`, `room:<name>`, `task:<id>` or `all`.")]
        [JsonPropertyName("target")]
        public string? Target { get; init; }

        [Description("Instead of `target`: several of them; a connection in more than one takes one copy.")]
        [Length(1, Message.MaxTargets)]
        [JsonPropertyName("targets")]
        public IReadOnlyList<string>? Targets { get; init; }

        [Description("What kind of message. Not those that the gateway keeps for itself: welcome, ack, error, pong, drain, resume, gap, position.")]
        [Required]
        [StringLength(MessageTypes.MaxLength)]
        [JsonPropertyName("type")]
        public string? Type { get; init; }

        [Description("Any JSON, passed on byte for byte.")]
        [JsonPropertyName("content")]
        public JsonNode? Content { get; init; }

        [Description("An id of the caller's own: the same within 5 minutes for the same target is acknowledged and not sent again.")]
        [StringLength(Message.MaxIdLength)]
        [JsonPropertyName("id")]
        public string? Id { get; init; }

        [Description("Latest-wins key: to a receiver that is behind, a newer message replaces one that still waits.")]
        [JsonPropertyName("key")]
        public string? Key { get; init; }

        [Description("Extras beside the content.")]
        [JsonPropertyName("data")]
        public JsonObject? Data { get; init; }

        [Description("Unix time in seconds or milliseconds. Default: now.")]
        [JsonPropertyName("timestamp")]
        public double? Timestamp { get; init; }

        [Description("User id of the sender, where there is one.")]
        [JsonPropertyName("from")]
        public string? From { get; init; }

        [Description("How the sender is shown.")]
        [JsonPropertyName("from_name")]
        public string? FromName { get; init; }
    }
}
