using System.Reflection;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UnitTests.Hosting;

/// <summary>The options classes that the services register: each service is built and none started.</summary>
internal static class Catalog
{
    private static readonly string[] Services = ["Gateway", "AdminApi", "UserApi", "Standalone"];

    public static async Task<List<OptionsSection>> OfAllServicesAsync()
    {
        var sections = new List<OptionsSection>();
        foreach (var create in Services.SelectMany(name => Assembly.Load(name).GetExportedTypes()).Select(t => t.GetMethod("Create", [typeof(string[])])).OfType<MethodInfo>())
        {
            await using var app = (WebApplication)create.Invoke(null, [new[] { "--Auth:Secret=" + Tokens.Secret, "--Redis:Host=127.0.0.1" }])!;
            sections.AddRange(app.Services.GetRequiredService<OptionsCatalog>().Sections);
        }

        return [.. sections.Distinct()];
    }
}
