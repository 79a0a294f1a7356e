using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting;

internal sealed class EnvironmentAliasTests
{
    [TestCase("PORT", "9000", "Listen:Port")]
    [TestCase("JWT_SECRET", "x", "Auth:Secret")]
    [TestCase("JWT_PUBLIC_KEY", "/keys/a.pem", "Auth:PublicKey")]
    [TestCase("JWT_AUTHORITY", "https://id", "Auth:Authority")]
    [TestCase("JWT_ISSUER", "me", "Auth:Issuer")]
    [TestCase("JWT_AUDIENCE", "you", "Auth:Audience")]
    [TestCase("REDIS_HOST", "redis", "Redis:Host")]
    [TestCase("REDIS_PORT", "6380", "Redis:Port")]
    [TestCase("REDIS_PASSWORD", "p", "Redis:Password")]
    [TestCase("REDIS_URI", "redis://r", "Redis:Uri")]
    [TestCase("ALLOWED_ORIGINS", "https://a,https://b", "Origins:Allowed")]
    [TestCase("CORS_ORIGIN", "https://a", "Origins:Allowed")]
    [TestCase("WS_MAX_CONNECTIONS", "10", "Limits:MaxConnections")]
    [TestCase("WS_MAX_CONNECTIONS_PER_USER", "3", "Limits:MaxConnectionsPerUser")]
    public void Every_customary_name_sets_its_setting(string name, string value, string setting) =>
        Assert.That(Create($"--{name}={value}")[setting], Is.EqualTo(value));

    [TestCase("30", 30_000)]
    [TestCase("999", 999_000)]
    [TestCase("1000", 1_000)]
    [TestCase("30000", 30_000)]
    [TestCase("0.5", 500)]
    [TestCase("45s", 45_000)]
    public void The_heartbeat_is_seconds_below_1000_and_milliseconds_from_there_on(string value, int milliseconds)
    {
        var interval = new DurationConverter().ConvertFromInvariantString(Create("--WS_HEARTBEAT_INTERVAL=" + value)["Heartbeat:Interval"]!);
        Assert.That(interval, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void The_setting_by_its_own_name_wins_over_the_customary_one() =>
        Assert.That(Create("--PORT=9000", "--Listen:Port=9001")["Listen:Port"], Is.EqualTo("9001"));

    [Test]
    public void ALLOWED_ORIGINS_wins_over_CORS_ORIGIN() =>
        Assert.That(Create("--CORS_ORIGIN=https://b", "--ALLOWED_ORIGINS=https://a")["Origins:Allowed"], Is.EqualTo("https://a"));

    [Test]
    public void The_value_that_Kubernetes_gives_REDIS_PORT_is_ignored() =>
        Assert.That(Create("--REDIS_PORT=tcp://10.0.0.7:6379")["Redis:Port"], Is.Null);

    [Test]
    public void An_empty_name_is_not_set() => Assert.That(Create("--JWT_SECRET=")["Auth:Secret"], Is.Null);

    private static ConfigurationManager Create(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddEnvironmentAliases();
        return builder.Configuration;
    }
}
