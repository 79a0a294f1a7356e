using System.Net;
using System.Net.Sockets;
using Gateway.Hosting.Options;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

internal sealed class StartTests
{
    [Test]
    public async Task Every_wrong_setting_is_named_in_one_text_and_the_process_ends_with_78()
    {
        var (exit, error) = await Run.Async(
            "--JWT_SECRET=short-and-secret", "--Auth:Secret=short-and-secret", "--Limits:PublishesPerSecond=abc", "--PORT=70000",
            "--ALLOWED_ORIGINS=https://app.example.com/", "--Proxy:Known=everybody", "--Health:RedisGrce=5");
        Assert.That(exit, Is.EqualTo(78));
        Assert.That(error, Does.Contain("bare does not start: 6 settings are wrong"));
        Assert.That(error, Does.Contain("at least 32 bytes; this one has 16").And.Contain("JWT_SECRET or Auth__Secret").And.Not.Contain("short-and-secret"));
        Assert.That(error, Does.Contain("Limits:PublishesPerSecond = \"abc\"").And.Contain("is not a whole number").And.Contain("Limits__PublishesPerSecond"));
        Assert.That(error, Does.Contain("must be between 0 and 65535").And.Contain("PORT or Listen__Port"));
        Assert.That(error, Does.Contain("ends in a slash").And.Contain("ALLOWED_ORIGINS or CORS_ORIGIN or Origins__Allowed"));
        Assert.That(error, Does.Contain("\"everybody\" is neither an address"));
        Assert.That(error, Does.Contain("Health:RedisGrce").And.Contain("is Health:RedisGrace meant?"));
        Assert.That(error, Does.Not.Contain("   at "), "no stack trace");
    }

    [Test]
    public async Task A_service_without_any_key_does_not_start_and_names_the_three_settings()
    {
        var (exit, error) = await Run.Async("--Auth:Secret=");
        Assert.That(exit, Is.EqualTo(78));
        Assert.That(error, Does.Contain("JWT_SECRET (HS256), JWT_PUBLIC_KEY (RS256, ES256) or JWT_AUTHORITY"));
    }

    [Test]
    public async Task A_port_in_use_is_reported_in_one_text()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (exit, error) = await Run.Async($"--Listen:Port={((IPEndPoint)taken.LocalEndpoint).Port}");
        Assert.That(exit, Is.EqualTo(78));
        Assert.That(error, Does.Contain("address already in use").And.Contain("PORT"));
    }

    [Test]
    public async Task The_probe_returns_0_if_the_service_is_alive_and_1_if_not()
    {
        await using var service = await BareService.StartAsync();
        var port = service.Client.BaseAddress!.Port;
        Assert.That(await Run.Async($"--Listen:Port={port}", "--probe"), Is.EqualTo((0, "")));
        await service.App.StopAsync();
        var (exit, error) = await Run.Async($"--Listen:Port={port}", "--probe");
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(error, Does.Contain($"http://127.0.0.1:{port}/health/live did not respond"));
    }

    [Test]
    public void A_wrong_setting_stops_a_service_that_is_started_without_its_Main_too()
    {
        Assert.That(
            async () =>
            {
                await using var service = await BareService.StartAsync("--Health:RedisGrace=-5");
            },
            Throws.InstanceOf<SettingsException>().With.Message.Contains("Health:RedisGrace"));
    }
}
