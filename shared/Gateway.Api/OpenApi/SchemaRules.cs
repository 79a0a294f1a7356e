using System.ComponentModel.DataAnnotations;
using Gateway.Api.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gateway.Api.OpenApi;

/// <summary>Corrects the schemas that the framework derives from records.</summary>
internal static class SchemaRules
{
    private const JsonSchemaType Numbers = JsonSchemaType.Integer | JsonSchemaType.Number;

    public static Task Apply(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var property = context.JsonPropertyInfo;

        // The framework does not know the type that a converter reads.
        if (property?.CustomConverter is TextOrNumber)
            schema.Type = JsonSchemaType.String | JsonSchemaType.Number;
        // The web defaults also read "5" as 5; the string form and its pattern are left out of the document.
        else if ((schema.Type & Numbers) != 0)
            (schema.Type, schema.Pattern) = (schema.Type & ~JsonSchemaType.String, null);

        // Nullable in C# so that an absent value differs from an empty one; null is refused.
        if (property?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) is true) schema.Type &= ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }
}
