using Gateway.LoadTest.Chaos;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Recovery;

/// <summary>
/// Three gateways, clients that resume, and one fault at a time: every acknowledged message reaches every member once and in order. The load
/// tool's <c>chaos</c> does the same with more clients for longer.
/// </summary>
internal sealed class ChaosTests
{
    private static readonly ChaosPlan Plan = new() { Clients = 60, Rooms = 20, Rate = 100, Seconds = 8, Times = 1 };

    private static IEnumerable<string> Faults => Fault.All.Select(fault => fault.Name).Where(name => name != "none");

    [TestCaseSource(nameof(Faults))]
    public async Task Nothing_is_lost_doubled_or_out_of_order(string name)
    {
        var result = await RunAsync(Plan, name);
        Assert.That(result.IsClean, Is.True, result.ToString());
        Assert.That(result.Expected, Is.Positive);

        // Redis itself may lose what it had not written to its disk, and says so.
        if (name is not ("kill-redis-everysec" or "kill-redis-no")) Assert.That(result.Told, Is.Zero, result.ToString());
    }

    [Test]
    public async Task Every_client_of_a_gateway_that_is_terminated_gets_its_drain_frame_and_1001_and_comes_back_to_another()
    {
        var result = await RunAsync(Plan with { Gateways = 2, Clients = 400 }, "terminate-gateway");
        Assert.That((result.IsClean, result.Cut), Is.EqualTo((true, 0L)), result.ToString());
        Assert.That(result.Drained, Is.EqualTo(result.Reconnects).And.GreaterThan(100));
    }

    [Test]
    public async Task Without_history_a_killed_gateway_loses_messages()
    {
        var result = await RunAsync(Plan with { History = false }, "kill-gateway");
        Assert.That(result.Lost, Is.Positive, result.ToString());
    }

    private static async Task<ChaosResult> RunAsync(ChaosPlan plan, string name)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var fault = Fault.All.Single(fault => fault.Name == name);
        var result = await ChaosRun.RunAsync(plan, fault, PathOf("Gateway.dll"), PathOf("AdminApi.dll"), timeout.Token);
        await TestContext.Out.WriteLineAsync($"{name}: {result}");
        return result;
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly);
}
