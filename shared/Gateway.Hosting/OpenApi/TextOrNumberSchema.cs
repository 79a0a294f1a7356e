using Gateway.Hosting.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gateway.Hosting.OpenApi;

/// <summary>A converter hides its type from the document; this says it.</summary>
internal static class TextOrNumberSchema
{
    public static Task Apply(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonPropertyInfo?.CustomConverter is TextOrNumber) schema.Type = JsonSchemaType.String | JsonSchemaType.Number;
        return Task.CompletedTask;
    }
}
