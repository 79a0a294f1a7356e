using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Deployment;

/// <summary>What kubectl renders from k8s/: a name, a label or a port that is misspelt is found here, not in the cluster.</summary>
[TestFixture("k8s/base")]
[TestFixture("k8s/overlays/dev")]
internal sealed class KustomizeTests(string folder)
{
    private const int SpareSeconds = 10;

    private IReadOnlyList<JsonNode> _documents = [];

    [OneTimeSetUp]
    public async Task Render()
    {
        var (code, output, error) = await Tool.RunAsync("kubectl", ["kustomize", folder]);
        Assert.That(code, Is.Zero, error);
        _documents = Yaml.Documents(output);
    }

    [Test]
    public void The_gateway_has_three_replicas_and_the_APIs_more_than_one()
    {
        Assert.That(Replicas("gateway"), Is.EqualTo(3));
        Assert.That(Replicas("admin-api"), Is.GreaterThan(1));
        Assert.That(Replicas("user-api"), Is.GreaterThan(1));
    }

    [Test]
    public void Every_selector_finds_the_pods_it_means()
    {
        Assert.Multiple(() =>
        {
            foreach (var deployment in Of("Deployment"))
            {
                Assert.That(Selects(deployment.Map("spec/selector/matchLabels"), deployment), $"Deployment {Name(deployment)}");
                foreach (var spread in deployment.List("spec/template/spec/topologySpreadConstraints"))
                    Assert.That(Selects(spread.Map("labelSelector/matchLabels"), deployment), $"spread of {Name(deployment)}");
            }

            foreach (var service in Of("Service"))
                Assert.That(Selects(service.Map("spec/selector"), Deployment(Name(service))), $"Service {Name(service)}");
            foreach (var budget in Of("PodDisruptionBudget"))
                Assert.That(Selects(budget.Map("spec/selector/matchLabels"), Deployment(Name(budget))), $"PodDisruptionBudget {Name(budget)}");
        });
    }

    [Test]
    public void Ports_meet_from_the_ingress_through_the_service_to_the_container()
    {
        Assert.Multiple(() =>
        {
            foreach (var path in Of("Ingress").SelectMany(ingress => ingress.List("spec/rules")).SelectMany(rule => rule.List("http/paths")))
            {
                var service = Of("Service").Single(s => Name(s) == path.Text("backend/service/name"));
                Assert.That(service.List("spec/ports").Select(port => port.Text("name")), Does.Contain(path.Text("backend/service/port/name")), path.ToString());
            }

            foreach (var service in Of("Service"))
            {
                var container = Container(Deployment(Name(service)));
                var ports = container.List("ports").ToDictionary(port => port.Text("name")!, port => port.Text("containerPort"));
                foreach (var port in service.List("spec/ports"))
                    Assert.That(ports.GetValueOrDefault(port.Text("targetPort")!), Is.EqualTo(port.Text("port")), $"Service {Name(service)}");
                if (Environment(container).TryGetValue("PORT", out var listens)) Assert.That(ports["http"], Is.EqualTo(listens), Name(service));
            }
        });
    }

    [Test]
    public void The_grace_period_holds_the_preStop_pause_the_drain_and_ten_seconds_more()
    {
        Assert.Multiple(() =>
        {
            foreach (var deployment in Services())
            {
                var container = Container(deployment);
                var pause = int.Parse(container.Text("lifecycle/preStop/exec/command/1")!, CultureInfo.InvariantCulture);
                var drain = Environment(container).TryGetValue("Drain__Budget", out var budget) ? TimeSpan.Parse(budget, CultureInfo.InvariantCulture).TotalSeconds : 0;
                Assert.That(Grace(deployment), Is.GreaterThanOrEqualTo(pause + drain + SpareSeconds), Name(deployment));
            }
        });
    }

    [Test]
    public void Every_pod_runs_with_the_least_rights()
    {
        Assert.Multiple(() =>
        {
            foreach (var deployment in Of("Deployment"))
            {
                var pod = deployment.At("spec/template/spec");
                var container = Container(deployment);
                var name = Name(deployment);
                Assert.That(pod.Text("securityContext/runAsNonRoot"), Is.EqualTo("true"), name);
                Assert.That(pod.Text("securityContext/seccompProfile/type"), Is.EqualTo("RuntimeDefault"), name);
                Assert.That(pod.Text("automountServiceAccountToken"), Is.EqualTo("false"), name);
                Assert.That(pod.Text("enableServiceLinks"), Is.EqualTo("false"), name);
                Assert.That(container.Text("securityContext/readOnlyRootFilesystem"), Is.EqualTo("true"), name);
                Assert.That(container.Text("securityContext/allowPrivilegeEscalation"), Is.EqualTo("false"), name);
                Assert.That(container.Text("securityContext/capabilities/drop/0"), Is.EqualTo("ALL"), name);
                Assert.That(container.Text("resources/limits/memory"), Is.Not.Null, name);
            }
        });
    }

    [Test]
    public void Secrets_and_settings_that_pods_refer_to_exist()
    {
        var example = Yaml.Documents(File.ReadAllText(Repository.PathOf("k8s/secret.example.yaml")))[0];
        var settings = Of("ConfigMap").Select(Name).ToHashSet();
        Assert.Multiple(() =>
        {
            foreach (var container in Of("Deployment").Select(Container))
            {
                foreach (var reference in container.List("env").Select(variable => variable.At("valueFrom/secretKeyRef")).OfType<JsonNode>())
                {
                    Assert.That(reference.Text("name"), Is.EqualTo(Name(example)));
                    Assert.That(example.Map("stringData").Keys, Does.Contain(reference.Text("key")));
                }

                foreach (var source in container.List("envFrom")) Assert.That(settings, Does.Contain(source.Text("configMapRef/name")));
            }
        });
    }

    [Test]
    public void No_secret_is_rendered() => Assert.That(Of("Secret"), Is.Empty);

    private IEnumerable<JsonNode> Of(string kind) => _documents.Where(document => document.Text("kind") == kind);

    private IEnumerable<JsonNode> Services() => Of("Deployment").Where(deployment => Name(deployment) != "redis");

    private JsonNode Deployment(string name) => Of("Deployment").Single(deployment => Name(deployment) == name);

    private int Replicas(string name) => int.Parse(Deployment(name).Text("spec/replicas")!, CultureInfo.InvariantCulture);

    private static string Name(JsonNode document) => document.Text("metadata/name")!;

    private static JsonNode Container(JsonNode deployment) => deployment.List("spec/template/spec/containers").Single();

    private static int Grace(JsonNode deployment) =>
        int.Parse(deployment.Text("spec/template/spec/terminationGracePeriodSeconds") ?? "30", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Environment(JsonNode container) =>
        container.List("env").Where(variable => variable.At("value") is not null).ToDictionary(variable => variable.Text("name")!, variable => variable.Text("value")!);

    private static bool Selects(Dictionary<string, string> selector, JsonNode deployment)
    {
        var labels = deployment.Map("spec/template/metadata/labels");
        return selector.Count > 0 && selector.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
    }
}
