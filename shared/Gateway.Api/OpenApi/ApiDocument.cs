using Gateway.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Gateway.Api.OpenApi;

/// <summary>
/// One OpenAPI document per service at <c>/openapi/&lt;name&gt;.json</c>. It contains only the endpoints of the group of
/// that name, so that several services in one process have a document each.
/// </summary>
public static class ApiDocument
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services, string name, string title, string description) =>
        services.AddOpenApi(name, options =>
        {
            options.ShouldInclude = endpoint => endpoint.GroupName == name;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = title, Description = description, Version = "1" };
                AddSecurity(document);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer(SchemaRules.Apply);
        });

    // The constraint keeps the routes of two services in one process apart.
    public static void MapApiDocument(this WebApplication app, string name) =>
        app.MapOpenApi($"/openapi/{{documentName:regex(^{name}$)}}.json").AllowAnonymous();

    private static void AddSecurity(OpenApiDocument document)
    {
        var components = document.Components ??= new OpenApiComponents();
        components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Schemes.Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "A token of the calling user or service.",
            },
            [Schemes.ApiKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = ApiKeyHandler.Header, Description = "A key of a service, instead of a token.",
            },
        };
        document.Security = [Needs(document, Schemes.Bearer), Needs(document, Schemes.ApiKey)];
    }

    private static OpenApiSecurityRequirement Needs(OpenApiDocument document, string scheme) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
