using FsCheck;
using FsCheck.Fluent;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>Random publishes, losses, outages, lost logs, trims, failing reads and subscriptions, in any order.</summary>
internal sealed class RecoveryModelTests
{
    private static readonly Target[] Rooms = [Target.Room("a"), Target.Room("b"), Target.Room("c")];

    [Test]
    public void Every_kept_message_is_received_once_and_in_order_and_every_loss_is_told()
    {
        var steps = Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf(), ArbMap.Default.ArbFor<int[]>().Shrinker);
        Func<int[], Task<bool>> holds = async sequence => await RunAsync(sequence) is null;
        Prop.ForAll(steps, holds).Check(RepeatableConfig.New().WithMaxTest(300).WithEndSize(400));
    }

    private static async Task<string?> RunAsync(int[] sequence)
    {
        await using var pod = new RepairedPod(waitingPerTarget: 4_000, waitingTotal: 6_000);
        var model = new RecoveryModel(pod, Rooms);
        foreach (var step in sequence) await model.StepAsync((uint)step);
        var difference = await model.FinishAsync();
        if (difference is not null) TestContext.Out.WriteLine($"{difference} after {string.Join(',', sequence)}");
        return difference;
    }
}
