using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class ListeningTests
{
    [Test]
    public async Task X_Forwarded_For_is_ignored_unless_a_known_proxy_sends_it()
    {
        await using var none = await BareService.StartAsync();
        await using var known = await BareService.StartAsync("--Proxy:Known=127.0.0.0/8,10.0.0.9");
        Assert.That(await Address(none, "203.0.113.7"), Is.EqualTo("127.0.0.1"));
        Assert.That(await Address(known, "203.0.113.7"), Is.EqualTo("203.0.113.7"));
        Assert.That(await Address(known, "198.51.100.1, 203.0.113.7, 10.0.0.9"), Is.EqualTo("203.0.113.7"), "addresses before the first unknown proxy are ignored");
    }

    [Test]
    public async Task CORS_allows_listed_origins_with_credentials_and_no_others()
    {
        await using var service = await BareService.StartAsync("--ALLOWED_ORIGINS=https://app.example.com,https://b.example.com");
        Assert.That(await AllowedOrigin(service, "https://app.example.com"), Is.EqualTo("https://app.example.com true"));
        Assert.That(await AllowedOrigin(service, "https://evil.example.com"), Is.Empty);
        Assert.That(await AllowedOrigin(service, "null"), Is.Empty);
    }

    [Test]
    public async Task CORS_for_all_origins_excludes_credentials()
    {
        await using var service = await BareService.StartAsync("--ALLOWED_ORIGINS=*");
        Assert.That(await AllowedOrigin(service, "https://anybody.example"), Is.EqualTo("*"));
    }

    [Test]
    public async Task With_a_certificate_it_serves_TLS_and_the_probe_finds_it()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=gateway.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        try
        {
            await using var service = await BareService.StartAsync("--Listen:Certificate=" + file);
            Assert.That(service.Client.BaseAddress!.Scheme, Is.EqualTo("https"));
            var run = await Run.Async($"--Listen:Port={service.Client.BaseAddress.Port}", "--Listen:Certificate=" + file, "--probe");
            Assert.That(run, Is.EqualTo((0, "")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Limits_of_0_are_no_limits()
    {
        await using var service = await BareService.StartAsync("--Listen:MaxBodyBytes=0", "--Listen:HeaderTimeout=0", "--Listen:KeepAliveTimeout=0");
        var title = new string('x', 11 * 1024 * 1024);

        using var response = await service.SendAsync(HttpMethod.Post, "/body", body: new StringContent($$"""{"title":"{{title}}"}""", null, "application/json"));

        Assert.That(await response.Content.ReadAsStringAsync(), Has.Length.EqualTo(title.Length), "more than the default limit");
    }

    [Test]
    public async Task A_request_whose_headers_never_end_gets_408_after_the_header_timeout()
    {
        await using var service = await BareService.StartAsync("--Listen:HeaderTimeout=1s");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray());
        var buffer = new byte[1000];
        var read = await TestTimeout.For(socket.ReceiveAsync(buffer), "the response to half a request");
        Assert.That(System.Text.Encoding.ASCII.GetString(buffer, 0, read), Does.StartWith("HTTP/1.1 408"));
    }

    private static async Task<string> Address(BareService service, string forwarded)
    {
        using var response = await service.SendAsync(HttpMethod.Get, "/address", headers: ("X-Forwarded-For", forwarded));
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> AllowedOrigin(BareService service, string origin)
    {
        using var response = await service.SendAsync(HttpMethod.Options, "/body", headers: [("Origin", origin), ("Access-Control-Request-Method", "POST")]);
        return string.Join(' ', Header("Access-Control-Allow-Origin").Concat(Header("Access-Control-Allow-Credentials")));

        IEnumerable<string> Header(string name) => response.Headers.TryGetValues(name, out var values) ? values : [];
    }
}
