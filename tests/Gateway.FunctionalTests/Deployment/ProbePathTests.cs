using System.Net;
using System.Text.Json.Nodes;
using AdminApi;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Deployment;

/// <summary>What the manifests ask of a service, asked of the service.</summary>
internal sealed class ProbePathTests
{
    private static readonly Dictionary<string, Func<string[], WebApplication>> Apps = new()
    {
        ["gateway"] = GatewayApp.Create, ["admin-api"] = AdminApiApp.Create, ["user-api"] = UserApiApp.Create,
    };

    [TestCase("gateway")]
    [TestCase("admin-api")]
    [TestCase("user-api")]
    public async Task A_started_service_passes_every_probe_of_its_Deployment(string name)
    {
        var paths = new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(probe => Container(name).Text(probe + "/httpGet/path")!);
        await using var app = Apps[name](["--environment=Development", "--Listen:Port=0", "--Listen:Address=127.0.0.1", "--Auth:Secret=" + Tokens.Secret]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        foreach (var path in paths)
        {
            using var response = await http.GetAsync(path);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
        }
    }

    [TestCase("gateway")]
    [TestCase("admin-api")]
    [TestCase("user-api")]
    public void A_Deployment_sets_only_names_that_are_read(string name)
    {
        var known = EnvironmentAliases.All.Select(alias => alias.Name).ToHashSet();
        var names = Container(name).List("env").Select(variable => variable.Text("name")!);
        Assert.That(names.Where(variable => !known.Contains(variable) && !variable.Contains("__", StringComparison.Ordinal)), Is.Empty);
    }

    private static JsonNode Container(string name) =>
        Yaml.Documents(File.ReadAllText(Repository.PathOf($"k8s/base/{name}.yaml")))[0].At("spec/template/spec/containers/0")!;
}
