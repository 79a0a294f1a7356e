using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Contracts;
using Gateway.Hosting.Answers;
using Gateway.Hosting.OpenApi;
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
        .Describe<OneMessage, PublishAnswer>("Publish messages", Text)
        .AddOpenApiOperationTransformer(BothForms);

    private static async Task BothForms(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        if (operation.RequestBody?.Content?["application/json"] is { } body)
            body.Schema = new OpenApiSchema { OneOf = [body.Schema!, await context.GetOrCreateSchemaAsync(typeof(Batch), parameterDescription: null, cancellation)] };
        if (operation.Responses?["200"]?.Content?["application/json"] is { } ok)
            ok.Schema = new OpenApiSchema { OneOf = [ok.Schema!, await context.GetOrCreateSchemaAsync(typeof(BatchAnswer), parameterDescription: null, cancellation)] };
    }

    private sealed record OneMessage
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

    private sealed record Batch
    {
        [Required]
        [Length(1, PublishBody.MaxItems)]
        [JsonPropertyName("messages")]
        public IReadOnlyList<OneMessage>? Messages { get; init; }
    }
}
