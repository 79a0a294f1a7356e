using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using NUnit.Framework;
using Standalone;

namespace Gateway.FunctionalTests.Standalone;

internal sealed partial class TestPageTests
{
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = StandaloneApp.Create(["--Listen:Port=0", "--Listen:Address=0.0.0.0", "--Redis:Host=redis.invalid", "--Auth:Secret=short"]);
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Test]
    public void It_listens_on_loopback_whatever_the_settings_say() => Assert.That(_http.BaseAddress!.Host, Is.EqualTo("127.0.0.1"));

    [Test]
    public async Task The_page_and_all_it_refers_to_come_from_this_process()
    {
        using var response = await _http.GetAsync("/");
        var page = await response.Content.ReadAsStringAsync();
        var files = Reference().Matches(page).Select(match => match.Groups[1].Value).Where(file => file != "data:,").ToList();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/html"));
        Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'").And.Not.Contain("unsafe"));
        Assert.That(files, Is.EquivalentTo(["page.css", "page.js"]));
        foreach (var file in files) page += await _http.GetStringAsync(file);
        Assert.That(page, Does.Not.Match("(?:https?|wss?)://"));
        Assert.That(page, Does.Not.Contain("<style").And.Not.Contain(" style=").And.Not.Match(@"\son\w+="), "what the policy would block");
    }

    [Test]
    public async Task A_token_of_the_page_connects_and_publishes()
    {
        var token = await TokenAsync("bob");
        using var socket = new TrialSocket();
        socket.Options.AddSubProtocol("gateway.v1");
        socket.Options.AddSubProtocol("bearer." + token);
        await socket.OpenAsync(new Uri($"ws://127.0.0.1:{_http.BaseAddress!.Port}/ws"));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/publish");
        request.Headers.Authorization = new("Bearer", token);
        request.Content = new StringContent("""{"target":"all","type":"notification","content":{"title":"t","body":"b"}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        Assert.That(socket.Subprotocol, Is.EqualTo("gateway.v1"));
        Assert.That((await socket.NextAsync("notification"))["content"]!["body"]!.GetValue<string>(), Is.EqualTo("b"));
    }

    [TestCase("evil.example")]
    [TestCase("evil.example:8087")]
    [TestCase("127.0.0.1.evil.example")]
    [TestCase("localhost.")]
    public async Task Another_host_name_is_refused_with_a_reason(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = host;
        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("localhost, 127.0.0.1").And.Not.Contain("eyJ"));
    }

    [Test]
    public async Task No_page_of_another_origin_may_read_the_tokens()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await _http.SendAsync(request);

        Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
        Assert.That(response.Headers.GetValues("Cross-Origin-Resource-Policy").Single(), Is.EqualTo("same-origin"));
    }

    private async Task<string> TokenAsync(string user)
    {
        var tokens = Tokens().Match(await _http.GetStringAsync("/")).Groups[1].Value;
        return JsonNode.Parse(WebUtility.HtmlDecode(tokens))!.AsArray().Single(entry => entry!["user"]!.GetValue<string>() == user)!["token"]!.GetValue<string>();
    }

    [GeneratedRegex(@"(?:src|href)=""([^""]*)""")]
    private static partial Regex Reference();

    [GeneratedRegex(@"data-tokens=""([^""]*)""")]
    private static partial Regex Tokens();
}
