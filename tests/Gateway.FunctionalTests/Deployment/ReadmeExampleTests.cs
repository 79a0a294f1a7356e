using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Deployment;

/// <summary>The Redis example of README.md, run as printed but for the port of the test's own server.</summary>
internal sealed partial class ReadmeExampleTests
{
    [Test]
    public async Task The_redis_cli_line_of_the_README_reaches_a_member_of_its_room()
    {
        var line = RedisCliLine().Match(await File.ReadAllTextAsync(Repository.PathOf("README.md"))).Value;
        Assert.That(line, Is.Not.Empty);
        await using var redis = await RedisServer.StartAsync("secret-of-the-example");
        await using var gateway = await ServiceHost.GatewayAsync(redis);
        await using var client = await Client.ConnectAsync(gateway, "ann");
        await client.JoinAsync("chat:room001");

        var (code, output, error) = await Tool.RunAsync(
            "bash", ["-c", line.Replace("redis-cli ", $"redis-cli -p {redis.Port} ", StringComparison.Ordinal)], ("REDIS_PASSWORD", redis.Password), ("REDISCLI_AUTH", null));

        Assert.That((code, output.Trim()), Is.EqualTo((0, "1")), error);
        Assert.That((await client.NextAsync("notification")).Content("body").GetString(), Is.EqualTo("from Redis"));
    }

    [GeneratedRegex("^.*redis-cli PUBLISH .*$", RegexOptions.Multiline)]
    private static partial Regex RedisCliLine();
}
