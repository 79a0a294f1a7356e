using System.ComponentModel.DataAnnotations;
using Gateway.Hosting.Origins;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Origins;

internal sealed class OriginPolicyTests
{
    private static readonly HostString Host = new("gateway.example.com");

    [TestCase("https://app.example.com")]
    [TestCase("http://localhost:3000")]
    [TestCase("https://gateway.example.com")]
    public void A_listed_origin_and_the_services_own_may(string origin) => Assert.That(Listed().IsAllowed(origin, "https", Host));

    [TestCase("null")]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("*")]
    [TestCase("https://evil.example.com")]
    [TestCase("http://app.example.com")]
    [TestCase("https://app.example.com:8443")]
    [TestCase("https://app.example.com:443")]
    [TestCase("https://app.example.com.evil.com")]
    [TestCase("https://evil.com/https://app.example.com")]
    [TestCase("https://evilapp.example.com")]
    [TestCase("https://sub.app.example.com")]
    [TestCase("https://example.com")]
    [TestCase("https://app.example.com/")]
    [TestCase("https://app.example.com/path")]
    [TestCase("https://app.example.com?x")]
    [TestCase("https://app.example.com#x")]
    [TestCase("https://app.example.com@evil.com")]
    [TestCase("https://user:pw@app.example.com")]
    [TestCase("HTTPS://APP.EXAMPLE.COM")]
    [TestCase(" https://app.example.com")]
    [TestCase("https://app.example.com ")]
    [TestCase("https://app.example.com\0")]
    [TestCase("https://app.example.com,https://evil.com")]
    [TestCase("https://app.example.com, https://evil.com")]
    [TestCase("file://")]
    [TestCase("https://app.example.com https://evil.com")]
    [TestCase("app.example.com")]
    [TestCase("//app.example.com")]
    [TestCase("https:/app.example.com")]
    [TestCase("javascript://app.example.com")]
    [TestCase("https://аpp.example.com")]
    [TestCase("https://app.example.com.")]
    [TestCase("http://localhost:30000")]
    [TestCase("http://localhost")]
    [TestCase("http://127.0.0.1:3000")]
    [TestCase("http://gateway.example.com")]
    [TestCase("https://gateway.example.com:444")]
    [TestCase("https://gateway.example.comx")]
    public void A_foreign_origin_may_not_however_it_is_written(string origin) => Assert.That(Listed().IsAllowed(origin, "https", Host), Is.False);

    [Test]
    public void Two_Origin_headers_may_not() =>
        Assert.That(Listed().IsAllowed(new StringValues(["https://app.example.com", "https://evil.com"]), "https", Host), Is.False);

    [Test]
    public void Without_a_list_only_the_same_origin_may()
    {
        var policy = With();
        Assert.That(policy.IsAllowed("https://gateway.example.com", "https", Host));
        Assert.That(policy.IsAllowed("http://localhost:8087", "http", new HostString("localhost", 8087)));
        Assert.That(policy.IsAllowed("https://app.example.com", "https", Host), Is.False);
        Assert.That(policy.IsAllowed("http://localhost:8088", "http", new HostString("localhost", 8087)), Is.False);
        Assert.That(policy.IsAllowed("https://", "https", default), Is.False);
    }

    [Test]
    public void A_star_lets_all_in_but_null()
    {
        var policy = With("*");
        Assert.That(policy.IsAllowed("https://anybody.example", "https", Host));
        Assert.That(policy.IsAllowed("null", "https", Host), Is.False);
    }

    [Test]
    public void A_request_without_an_Origin_header_is_allowed_unless_the_setting_forbids_it()
    {
        Assert.That(With().IsAllowed(StringValues.Empty, "https", Host));
        Assert.That(new OriginPolicy(Options.Create(new OriginOptions { AllowMissing = false })).IsAllowed(StringValues.Empty, "https", Host), Is.False);
    }

    [Test]
    public void An_entry_is_compared_as_a_browser_would_write_it()
    {
        var policy = With("HTTPS://App.Example.com:443", "https://bücher.example", "capacitor://localhost");
        Assert.That(policy.IsListed("https://app.example.com"));
        Assert.That(policy.IsListed("https://xn--bcher-kva.example"));
        Assert.That(policy.IsListed("capacitor://localhost"));
    }

    [TestCase("https://app.example.com/", "ends in a slash, which browsers do not send; write https://app.example.com")]
    [TestCase("https://app.example.com/chat", "has a path")]
    [TestCase("https://app.example.com?x=1", "has a path")]
    [TestCase("https://*.example.com", "has a *")]
    [TestCase("null", "never allowed")]
    [TestCase("app.example.com", "is not an origin")]
    [TestCase("localhost:3000", "is not an origin")]
    [TestCase("https://me@app.example.com", "has a user name")]
    public void An_invalid_entry_is_named_with_its_error(string entry, string fault)
    {
        var faults = new OriginOptions { Allowed = ["https://good.example", entry] }.Validate(new ValidationContext(new object())).ToList();
        Assert.That(faults, Has.Count.EqualTo(1));
        Assert.That(faults[0].ErrorMessage, Does.StartWith($"\"{entry}\" ").And.Contain(fault));
    }

    private static OriginPolicy Listed() => With("https://app.example.com", "http://localhost:3000");

    private static OriginPolicy With(params string[] allowed) => new(Options.Create(new OriginOptions { Allowed = allowed }));
}
