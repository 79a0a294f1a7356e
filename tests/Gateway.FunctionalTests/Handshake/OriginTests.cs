using System.Net;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

internal sealed class OriginTests
{
    private static readonly string Path = "/ws?token=" + Tokens.For("alice");

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(redis: null, "--ALLOWED_ORIGINS=https://app.example.com, http://localhost:3000");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("https://app.example.com")]
    [TestCase("http://localhost:3000")]
    public async Task A_listed_Origin_may_connect(string origin) =>
        Assert.That(await Upgrade.StatusAsync(_gateway, Path, ("Origin", origin)), Is.EqualTo(HttpStatusCode.SwitchingProtocols));

    /// <summary>How an Origin may be written otherwise is a matter of <c>OriginPolicyTests</c>; here it is that the endpoint asks.</summary>
    [TestCase("https://evil.example.com")]
    [TestCase("null")]
    [TestCase("")]
    public async Task Another_Origin_is_403_whatever_the_token(string origin) =>
        Assert.That(await Upgrade.StatusAsync(_gateway, Path, ("Origin", origin)), Is.EqualTo(HttpStatusCode.Forbidden));

    [Test]
    public async Task The_gateways_own_Origin_may_connect_unlisted() =>
        Assert.That(await Upgrade.StatusAsync(_gateway, Path, ("Origin", $"http://{_gateway.Uri.Authority}")), Is.EqualTo(HttpStatusCode.SwitchingProtocols));

    [Test]
    public async Task No_Origin_is_no_browser_and_passes_unless_set_otherwise()
    {
        await using var strict = await ServiceHost.GatewayAsync(redis: null, "--Origins:AllowMissing=false");

        Assert.That(await Upgrade.StatusAsync(_gateway, Path), Is.EqualTo(HttpStatusCode.SwitchingProtocols));
        Assert.That(await Upgrade.StatusAsync(strict, Path), Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_foreign_Origin_is_told_apart_before_its_token_is_read() =>
        Assert.That(await Upgrade.StatusAsync(_gateway, "/ws?token=bad", ("Origin", "https://evil.example.com")), Is.EqualTo(HttpStatusCode.Forbidden));
}
