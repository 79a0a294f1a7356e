using System.Reflection;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UnitTests.Hosting;

/// <summary>What classes of settings the services really ask for: each is built, and none started.</summary>
internal static class Catalog
{
    private static readonly string[] Services = ["Gateway", "AdminApi", "UserApi", "Standalone"];

    public static async Task<List<SettingsClass>> OfAllServicesAsync()
    {
        var classes = new List<SettingsClass>();
        foreach (var create in Services.SelectMany(name => Assembly.Load(name).GetExportedTypes()).Select(t => t.GetMethod("Create", [typeof(string[])])).OfType<MethodInfo>())
        {
            await using var app = (WebApplication)create.Invoke(null, [new[] { "--Auth:Secret=" + Tokens.Secret, "--Redis:Host=127.0.0.1" }])!;
            classes.AddRange(app.Services.GetRequiredService<SettingsCatalog>().Classes);
        }

        return [.. classes.Distinct()];
    }
}
