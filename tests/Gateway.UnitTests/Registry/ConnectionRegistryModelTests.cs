using System.Diagnostics;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.UnitTests.Connections;
using NUnit.Framework;

namespace Gateway.UnitTests.Registry;

/// <summary>
/// The registry against a model. <c>REGISTRY_OPERATIONS</c> sets how many steps the concurrent run makes: 1,000,000 by default,
/// 10,000,000 takes a minute or two.
/// </summary>
internal sealed class ConnectionRegistryModelTests
{
    private static readonly int Operations =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_OPERATIONS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1_000_000;

    private static readonly Target[] Targets = [.. Enumerable.Range(0, 12).Select(i => Target.Room($"r{i}")), Target.Task("t1"), Target.Task("t2")];

    private HeartbeatWheel _wheel = null!;

    [SetUp]
    public void Start() => _wheel = Peer.Wheel(TimeProvider.System);

    [TearDown]
    public void Stop() => _wheel.Dispose();

    [Test]
    public void Any_sequence_of_steps_leaves_the_registry_equal_to_the_model()
    {
        var steps = Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf(), ArbMap.Default.ArbFor<int[]>().Shrinker);
        Func<int[], Task<bool>> holds = async sequence => await RunAsync(sequence) is null;
        Prop.ForAll(steps, holds).Check(RepeatableConfig.New().WithMaxTest(300).WithEndSize(2_000));
    }

    [Test]
    public async Task Threads_that_join_leave_and_vanish_at_once_leave_what_each_alone_would()
    {
        const int threads = 4;
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var models = Enumerable.Range(0, threads).Select(_ => new RegistryModel(registry, Peers(), 12, Targets)).ToArray();
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await registry.SweepAsync();
        });
        var started = Stopwatch.GetTimestamp();
        var errors = await Task.WhenAll(models.Select((model, seed) => Task.Run(() => Churn(model, new Random(seed)))));
        var took = Stopwatch.GetElapsedTime(started);
        await stop.CancelAsync();
        await sweeping;
        Assert.That(errors.OfType<string>(), Is.Empty);
        Assert.That(RegistryModel.Compare(registry, bus, Targets, models), Is.Null);
        Assert.That(await RegistryModel.CompareSweptAsync(registry, bus, models), Is.Null);
        TestContext.Out.WriteLine($"{Operations:N0} steps in {took.TotalSeconds:N1} s");

        string? Churn(RegistryModel model, Random random)
        {
            for (var i = 0; i < Operations / threads; i++)
            {
                if (model.Step((uint)random.Next()) is { } error) return error;

                // Reads the snapshots that the joins of the others throw away.
                if (i % 16 != 0 || !registry.TryGet(Targets[random.Next(Targets.Length)], out var members)) continue;
                lock (members) _ = members.Capture().OfWorker(i & 1);
            }

            return null;
        }
    }

    private async Task<string?> RunAsync(int[] sequence)
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var model = new RegistryModel(registry, Peers(), 6, Targets);
        for (var i = 0; i < sequence.Length; i++)
        {
            if (model.Step((uint)sequence[i]) is { } error) return error;
            if (sequence[i] % 97 == 0) await registry.SweepAsync();
        }

        return RegistryModel.Compare(registry, bus, Targets, model)
            ?? await RegistryModel.CompareSweptAsync(registry, bus, model);
    }

    /// <summary>Two connections per user, in both workers.</summary>
    private Func<int, Peer> Peers()
    {
        var first = Guid.NewGuid();
        return i => new Peer(_wheel, worker: i / 2 % 2, user: $"{first}-{i / 2}");
    }
}
