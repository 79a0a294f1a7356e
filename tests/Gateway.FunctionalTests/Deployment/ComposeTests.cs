using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Deployment;

/// <summary>docker-compose.yml as docker-compose itself reads it. It needs no engine for that.</summary>
internal sealed class ComposeTests
{
    private static readonly string[] Services = ["redis", "gateway-1", "gateway-2", "admin-api", "user-api"];

    private JsonNode _compose = null!;

    [OneTimeSetUp]
    public async Task Read()
    {
        var (code, output, error) = await Tool.RunAsync("docker-compose", ["config"], ("JWT_SECRET", new string('s', 48)), ("REDIS_PASSWORD", "p"));
        Assert.That(code, Is.Zero, error);
        _compose = Yaml.Documents(output)[0];
    }

    [Test]
    public void Two_gateways_both_APIs_and_Redis_are_there() =>
        Assert.That(_compose.Map("services").Keys, Is.EquivalentTo(Services));

    [TestCase("JWT_SECRET")]
    [TestCase("REDIS_PASSWORD")]
    public async Task Without_a_secret_nothing_starts_and_its_name_is_printed(string missing)
    {
        var (code, _, error) = await Tool.RunAsync("docker-compose", ["config"], ("JWT_SECRET", "s"), ("REDIS_PASSWORD", "p"), (missing, null));

        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain("openssl rand"));
    }

    [TestCase("gateway-1")]
    [TestCase("gateway-2")]
    [TestCase("admin-api")]
    [TestCase("user-api")]
    public void A_service_is_built_from_its_Dockerfile_and_checked_by_its_own_probe(string name)
    {
        var service = _compose.At("services/" + name);
        var dockerfile = File.ReadAllText(Repository.PathOf(service.Text("build/dockerfile")!));
        var port = service.Text("environment/PORT");

        Assert.Multiple(() =>
        {
            Assert.That(dockerfile, Does.Contain($"ENTRYPOINT [\"dotnet\", \"{service.Text("healthcheck/test/2")}\"]"));
            Assert.That(service.Text("healthcheck/test/3"), Is.EqualTo("--probe"));
            Assert.That(dockerfile, Does.Contain($"EXPOSE {port}\n"));
            Assert.That(PublishedTarget(service), Is.EqualTo(port));
            Assert.That(service.Text("depends_on/redis/condition"), Is.EqualTo("service_healthy"));
        });
    }

    [Test]
    public void Published_ports_are_all_different()
    {
        var published = Services.SelectMany(name => _compose.At("services/" + name).List("ports")).Select(Published);
        Assert.That(published, Is.Unique.And.Exactly(5).Items);
    }

    [Test]
    public void Redis_has_a_password_and_is_published_on_loopback_only()
    {
        Assert.That(_compose.List("services/redis/command").Select(word => word.ToString()), Does.Contain("--requirepass"));
        var port = _compose.List("services/redis/ports").Single();
        Assert.That(port is JsonObject ? $"{port.Text("host_ip")}:{port.Text("published")}" : port.ToString(), Does.StartWith("127.0.0.1:6379"));
        Assert.That(_compose.Text("services/gateway-1/environment/REDIS_PASSWORD"), Is.EqualTo("p"));
    }

    // Older versions print "8087:8087", newer ones {published, target}.
    private static string PublishedTarget(JsonNode? service) =>
        service.At("ports/0") is JsonObject port ? port.Text("target")! : service.Text("ports/0")!.Split(':')[^1].Split('/')[0];

    private static string Published(JsonNode port) => port is JsonObject ? port.Text("published")! : port.ToString().Split(':')[^2];
}
