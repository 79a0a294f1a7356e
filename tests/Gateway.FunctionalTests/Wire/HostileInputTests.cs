using System.Globalization;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Wire;

/// <summary><c>HOSTILE_FRAMES</c> sets how many seeded frames are sent: 100,000 by default.</summary>
internal sealed class HostileInputTests
{
    private const int PerConnection = 40;

    private static readonly int Frames =
        int.TryParse(Environment.GetEnvironmentVariable("HOSTILE_FRAMES"), CultureInfo.InvariantCulture, out var asked) ? asked : 100_000;

    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        null, "--Connections:MessagesPerSecond=0", "--Connections:MaxErrorsPerMinute=0", "--Connections:MessageDeadlineSeconds=600",
        "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft=Warning", "--Logging:LogLevel:Gateway=Warning");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Random_valid_and_invalid_frames_break_nothing_and_affect_no_other_connection()
    {
        await using var good = await Client.ConnectAsync(_gateway, "good");

        // The same crowd before the count begins: what pools keep for it is no leak.
        await Task.WhenAll(Enumerable.Range(101, 4).Select(seed => Task.Run(() => AttackAsync(seed, 5_000))));
        var before = Heap();
        using var unobserved = new UnobservedErrors();
        using var stop = new CancellationTokenSource();
        var living = LiveAsync(good, stop.Token);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() => AttackAsync(seed, Frames / 4))));
        await stop.CancelAsync();
        var rounds = await living;
        await TestTimeout.Until(() => _gateway.Registry().Connections == 1, "the attackers to be forgotten");

        var grown = Heap() - before;
        TestContext.Out.WriteLine($"{Frames:N0} frames; {rounds:N0} rounds of the good client meanwhile; heap {grown / 1024:N0} KiB larger");
        Assert.Multiple(() =>
        {
            Assert.That(rounds, Is.GreaterThan(100));
            Assert.That(_gateway.LoggedErrors(), Is.Empty);
            Assert.That(unobserved.Collect(), Is.Empty);
            Assert.That(grown, Is.LessThan(10_000_000));
        });
    }

    /// <summary>The peer stays on with its declaration unfulfilled where that is no fault, so that what it costs is there to be seen.</summary>
    [TestCase(65_535UL)]
    [TestCase((ulong)int.MaxValue)]
    [TestCase((ulong)uint.MaxValue)]
    [TestCase((ulong)long.MaxValue)]
    [TestCase(ulong.MaxValue)]
    public async Task Nothing_is_allocated_for_a_length_that_is_only_declared(ulong length)
    {
        var frame = new ClientFrame(1) { DeclaredLength = length, Payload = "abc"u8.ToArray() }.Bytes();
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => WireClient.ConnectAsync(_gateway, $"big{i}")));
        var before = Heap();
        foreach (var client in clients) await client.WriteAsync(frame);
        foreach (var client in clients) await client.WriteAsync("more"u8.ToArray());
        if (length > 65_536)
        {
            foreach (var client in clients) Assert.That((await client.EndAsync()).CloseCode, Is.EqualTo(length > long.MaxValue ? 1002 : 1009));
        }

        Assert.That(Heap() - before, Is.LessThan(5_000_000));
        foreach (var client in clients) await client.DisposeAsync();
        await _gateway.EmptyAsync();
    }

    private static long Heap() => GC.GetTotalMemory(forceFullCollection: true);

    private async Task AttackAsync(int seed, int frames)
    {
        var random = new Random(seed);
        while (frames > 0)
        {
            await using var client = await WireClient.ConnectAsync(_gateway, $"mallory{seed}");
            var reading = client.EndAsync();
            try
            {
                for (var i = 0; i < PerConnection; i += 4)
                {
                    // Four to a segment, now and then cut somewhere.
                    byte[] bytes = [.. Enumerable.Range(0, 4).SelectMany(_ => HostileFrame.Next(random).Bytes())];
                    var cut = random.Next(bytes.Length);
                    await client.WriteAsync(bytes.AsMemory(0, cut));
                    await client.WriteAsync(bytes.AsMemory(cut));
                }

                await client.WriteAsync(ClientFrame.Close(1000));
                client.EndOurHalf();
            }
            catch (IOException)
            {
                // Thrown out earlier.
            }

            await reading;
            frames -= PerConnection;
        }
    }

    private static async Task<int> LiveAsync(Client client, CancellationToken stop)
    {
        var rounds = 0;
        for (; !stop.IsCancellationRequested; rounds++) Assert.That(await client.UntilPongAsync(), Is.Empty);
        return rounds;
    }
}
