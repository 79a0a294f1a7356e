using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Gateway.Api.OpenApi;
using Gateway.Api.Publishing;
using Gateway.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AdminApi.Publish;

/// <summary>The OpenAPI description of <c>/publish</c>, whose body is not bound to a type but read by <see cref="PublishBody"/>.</summary>
internal static class PublishDocumentation
{
    private const string Text = """
        One message, or `{"messages":[…]}` with up to 1,000 of them and at most 10 MB in all. Scopes by target: `publish:all`, `publish:room`
        (rooms and tasks), `publish:user`. The response to a batch is 200 with one result or problem per message, in order; it is 503 only if the bus accepted none of them.
        """;

    public static RouteHandlerBuilder DescribePublish(this RouteHandlerBuilder endpoint) => endpoint
        .Describe<PublishMessage, PublishResponse>("Publish messages", Text)
        .AddOpenApiOperationTransformer(BothForms);

    private static Task BothForms(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var problem = operation.Responses!["403"].Content!["application/problem+json"].Schema!;
        Widen(operation.RequestBody!.Content!, message => List("messages", message, PublishBody.MaxItems));
        Widen(operation.Responses["200"].Content!, response => List("results", new OpenApiSchema { AnyOf = [response, problem] }, PublishBody.MaxItems));
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
    private sealed record PublishMessage(
        [property: Description("What kind of message. The types welcome, ack, error, pong, drain, resume, gap and position are reserved for the gateway."), Required, StringLength(MessageTypes.MaxLength)] string? Type,
        [property: Description("`user:<id>`, `room:<name>`, `task:<id>` or `all`.")] string? Target = null,
        [property: Description("Instead of `target`: several of them; a connection in more than one takes one copy."), Length(1, Message.MaxTargets)] IReadOnlyList<string>? Targets = null,
        [property: Description("An id chosen by the caller. A message whose id was used for the same target within the last 5 minutes is acknowledged and not sent again."), StringLength(Message.MaxIdLength)] string? Id = null,
        [property: Description("Latest-wins key: for a receiver that is behind, a newer message replaces one that is still queued.")] string? Key = null,
        [property: Description("A JSON object of extra fields beside the content.")] JsonObject? Data = null,
        [property: Description("Unix time in seconds or milliseconds. Default: now.")] double? Timestamp = null,
        [property: Description("User id of the sender, if there is one.")] string? From = null,
        [property: Description("The name that is shown for the sender.")] string? FromName = null)
    {
        // Not a parameter: the schema of a parameter of any type has no description (ASP.NET Core 10).
        [Description("Any JSON, passed on byte for byte.")]
        public JsonNode? Content { get; init; }
    }
}
