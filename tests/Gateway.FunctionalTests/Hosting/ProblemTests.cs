using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class ProblemTests
{
    private BareService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await BareService.StartAsync("--Listen:MaxBodyBytes=1000");

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task No_token_is_401_with_the_way_to_send_one()
    {
        using var response = await _service.GetAsync("/me");
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
        Assert.That(await Detail(response, HttpStatusCode.Unauthorized), Does.Contain("Authorization: Bearer"));
    }

    [Test]
    public async Task An_invalid_token_is_401_with_the_reason_and_nothing_of_the_token()
    {
        var token = Tokens.For("ann", ("exp", 1_000_000));
        using var response = await _service.GetAsync("/me", token);
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Does.Contain("invalid_token").And.Contain("has expired"));
        Assert.That(await Detail(response, HttpStatusCode.Unauthorized), Is.EqualTo("the token has expired"));
    }

    [Test]
    public async Task A_valid_token_without_the_role_is_403()
    {
        using var operators = await _service.GetAsync("/operators", Tokens.For("ann"));
        Assert.That(await Detail(operators, HttpStatusCode.Forbidden), Does.Contain("scope or role"));
    }

    [Test]
    public async Task An_unknown_path_is_404_and_a_wrong_method_405_with_Allow()
    {
        using var nowhere = await _service.GetAsync("/nowhere");
        await Problem(nowhere, HttpStatusCode.NotFound);
        using var method = await _service.SendAsync(HttpMethod.Delete, "/body");
        Assert.That(method.Content.Headers.Allow, Is.EqualTo(["POST"]));
        await Problem(method, HttpStatusCode.MethodNotAllowed);
    }

    [Test]
    public async Task A_client_that_accepts_only_HTML_gets_its_problem_all_the_same()
    {
        using var response = await _service.SendAsync(HttpMethod.Get, "/nowhere", headers: ("Accept", "text/html"));
        await Problem(response, HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_body_that_is_no_JSON_is_415_and_one_that_is_too_large_413()
    {
        using var text = await Post(new StringContent("title=a", Encoding.UTF8, "text/plain"));
        Assert.That(await Detail(text, HttpStatusCode.UnsupportedMediaType), Does.Contain("application/json"));
        using var large = await Post(JsonContent.Create(new { title = new string('x', 2000) }));
        Assert.That(await Detail(large, HttpStatusCode.RequestEntityTooLarge), Does.Contain("1000 bytes"));
    }

    [Test]
    public async Task A_bus_that_is_away_is_503_with_Retry_After_and_no_inner_address()
    {
        using var response = await _service.GetAsync("/bus-down");
        Assert.That(response.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(await Detail(response, HttpStatusCode.ServiceUnavailable), Does.Not.Contain("10.0.0.7"));
    }

    [Test]
    public async Task An_unexpected_error_is_500_without_particulars_in_Development_too()
    {
        await using var development = await BareService.StartAsync("--environment=Development");
        foreach (var service in new[] { _service, development })
        {
            using var response = await service.GetAsync("/broken");
            Assert.That(await Detail(response, HttpStatusCode.InternalServerError), Does.Not.Contain("particulars"));
        }
    }

    [Test]
    public async Task No_response_names_the_server_software()
    {
        using var response = await _service.GetAsync("/health/live");
        Assert.That(response.Headers.Server, Is.Empty);
    }

    private Task<HttpResponseMessage> Post(HttpContent body) => _service.SendAsync(HttpMethod.Post, "/body", body: body);

    private static async Task<string?> Detail(HttpResponseMessage response, HttpStatusCode status) => (await Problem(response, status)).GetProperty("detail").GetString();

    private static async Task<JsonElement> Problem(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(status), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), text);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo((int)status));
        Assert.That(problem.GetProperty("title").GetString(), Is.Not.Empty);
        return problem;
    }
}
