using System.ComponentModel.DataAnnotations;
using Gateway.Bus.Redis;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class RedisEndpointTests
{
    [TestCase("redis://r.example", "r.example", 6379, null, 0, false)]
    [TestCase("redis://:s%40cret@r.example:6380/3", "r.example", 6380, "s@cret", 3, false)]
    [TestCase("rediss://default:secret@r.example", "r.example", 6379, "secret", 0, true)]
    [TestCase("redis://secret@10.0.0.1:7000/", "10.0.0.1", 7000, "secret", 0, false)]
    public void An_address_contains_all_values(string uri, string host, int port, string? password, int database, bool tls) =>
        Assert.That(RedisEndpoint.From(new RedisOptions { Uri = uri, Host = "other" }), Is.EqualTo(new RedisEndpoint(host, port, password, database, tls)));

    [TestCase("http://r.example")]
    [TestCase("canary")]
    [TestCase("redis://")]
    [TestCase("redis://ann:canary@r.example")]
    [TestCase("redis://:canary@r.example/x")]
    [TestCase("redis://:canary@[::1]:7000/")]
    public void An_invalid_address_is_reported_without_showing_it(string uri)
    {
        var options = new RedisOptions { Uri = uri };
        var errors = options.Validate(new ValidationContext(options)).ToList();
        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].MemberNames, Is.EqualTo(["Uri"]));
        Assert.That(errors[0].ErrorMessage, Does.Not.Contain("canary"));
    }

    [TestCase("::1")]
    [TestCase("[fe80::1]")]
    public void An_IPv6_host_is_refused(string host)
    {
        var options = new RedisOptions { Host = host };
        var errors = options.Validate(new ValidationContext(options)).ToList();
        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].MemberNames, Is.EqualTo(["Host"]));
        Assert.That(errors[0].ErrorMessage, Does.Contain("IPv6"));
    }

    [Test]
    public void Without_an_address_the_single_values_apply() =>
        Assert.That(
            RedisEndpoint.From(new RedisOptions { Host = "h", Port = 1, Password = "", Database = 2, Tls = true }),
            Is.EqualTo(new RedisEndpoint("h", 1, null, 2, true)));

    [Test]
    public void Its_text_contains_no_secret() => Assert.That(RedisEndpoint.From(new RedisOptions { Uri = "redis://:canary@h" }).ToString(), Is.EqualTo("h:6379"));

    [Test]
    public void Two_processes_of_one_machine_have_different_names() => Assert.That(new[] { new RedisOptions().ClientName, new RedisOptions().ClientName }, Is.Unique);
}
