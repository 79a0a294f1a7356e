using System.Net;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class IdentityTests
{
    private const string Key = "a key of the build server";

    private static readonly string[] WithKeys =
    [
        "--Auth:ApiKeys:0:Name=build", "--Auth:ApiKeys:0:Hash=" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
        "--Auth:ApiKeys:1:Name=rooms", "--Auth:ApiKeys:1:Hash=" + Convert.ToHexString(SHA256.HashData("second"u8)), "--Auth:ApiKeys:1:Scopes=publish:room",
    ];

    [Test]
    public async Task A_token_makes_the_caller_and_its_role_an_operator()
    {
        await using var service = await BareService.StartAsync();
        Assert.That(await Text(service.GetAsync("/me", Tokens.For("auth0|5f"))), Is.EqualTo("auth0|5f"));
        Assert.That(await Text(service.GetAsync("/operators", Tokens.Operator())), Is.EqualTo("ok"));
        Assert.That(await Text(service.GetAsync("/operators", Tokens.For("ann", ("roles", new[] { "user", "admin" })))), Is.EqualTo("ok"));
    }

    [Test]
    public async Task An_endpoint_open_to_all_can_ask_who_calls()
    {
        await using var service = await BareService.StartAsync();
        Assert.That(await Text(service.GetAsync("/maybe")), Is.EqualTo("nobody"));
        Assert.That(await Text(service.GetAsync("/maybe", "x.y.z")), Is.EqualTo("nobody"));
        Assert.That(await Text(service.GetAsync("/maybe", Tokens.For("ann"))), Is.EqualTo("ann"));
    }

    [Test]
    public async Task An_API_key_calls_as_a_service_as_far_as_its_scopes_go()
    {
        await using var service = await BareService.StartAsync(WithKeys);
        Assert.That(await Text(Send(service, HttpMethod.Get, "/me", Key)), Is.EqualTo("service:build"));
        Assert.That(await Text(Send(service, HttpMethod.Post, "/all", Key)), Is.EqualTo("ok"));
        Assert.That(await Status(Send(service, HttpMethod.Post, "/all", "second")), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await Status(Send(service, HttpMethod.Get, "/operators", Key)), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await Status(Send(service, HttpMethod.Get, "/me", "another")), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await Status(Send(service, HttpMethod.Get, "/me", "")), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_wrong_API_key_is_refused_also_with_a_valid_token()
    {
        await using var service = await BareService.StartAsync(WithKeys);
        Assert.That(await Status(service.SendAsync(HttpMethod.Get, "/me", Tokens.For("ann"), headers: ("X-API-Key", "another"))), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task RS256_and_ES256_tokens_are_taken_with_a_public_key_given_as_text_or_as_a_file()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ec.ExportSubjectPublicKeyInfoPem());
        try
        {
            await using var first = await BareService.StartAsync("--Auth:Secret=", "--JWT_PUBLIC_KEY=" + rsa.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\\n"));
            Assert.That(await Text(first.GetAsync("/me", Tokens.Rs256(Tokens.Claims("ann"), rsa))), Is.EqualTo("ann"));
            await using var second = await BareService.StartAsync("--Auth:Secret=", "--JWT_PUBLIC_KEY=" + file);
            Assert.That(await Text(second.GetAsync("/me", Tokens.Es256(Tokens.Claims("bob"), ec))), Is.EqualTo("bob"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<HttpResponseMessage> Send(BareService service, HttpMethod method, string path, string key) =>
        service.SendAsync(method, path, headers: ("X-API-Key", key));

    private static async Task<string> Text(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return text;
    }

    private static async Task<HttpStatusCode> Status(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return response.StatusCode;
    }
}
