using System.ComponentModel.DataAnnotations;
using Gateway.Api.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gateway.Api.OpenApi;

/// <summary>What the framework's reading of a record does not see.</summary>
internal static class SchemaRules
{
    private const JsonSchemaType Numbers = JsonSchemaType.Integer | JsonSchemaType.Number;

    public static Task Apply(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var property = context.JsonPropertyInfo;

        // A converter hides its type.
        if (property?.CustomConverter is TextOrNumber)
            schema.Type = JsonSchemaType.String | JsonSchemaType.Number;
        // Web defaults read "5" as 5, and the pattern for that says more than it tells.
        else if ((schema.Type & Numbers) != 0)
            (schema.Type, schema.Pattern) = (schema.Type & ~JsonSchemaType.String, null);

        // Nullable in C# so that its absence can be told from an empty one; null is refused all the same.
        if (property?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) is true) schema.Type &= ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }
}
