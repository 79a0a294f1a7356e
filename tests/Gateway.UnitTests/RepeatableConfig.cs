using System.Globalization;
using FsCheck;
using Microsoft.FSharp.Core;
using NUnit.Framework;

namespace Gateway.UnitTests;

/// <summary>
/// The seed of property tests: fixed on a build server (<c>CI</c>), else another one in each run. It is printed, and
/// <c>FSCHECK_SEED</c> repeats a run.
/// </summary>
internal static class RepeatableConfig
{
    private const ulong FixedSeed = 20_260_101;

    public static Config New()
    {
        var seed = Seed();
        TestContext.Out.WriteLine($"FSCHECK_SEED={seed}");
        return Config.QuickThrowOnFailure.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None)));
    }

    private static ulong Seed()
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("FSCHECK_SEED"), CultureInfo.InvariantCulture, out var asked)) return asked;
        return Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ? FixedSeed : (ulong)Random.Shared.NextInt64();
    }
}
