using NUnit.Framework;

namespace Gateway.FunctionalTests.Cluster;

/// <summary>A gateway's subscription connection is lost and made again.</summary>
internal sealed class InterruptionTests
{
    [Test]
    public async Task Without_history_each_client_gets_one_gap_for_each_of_its_targets_before_the_next_message()
    {
        await using var pods = await Pods.StartAsync("--History:Enabled=false");
        await using var alice = await Client.ConnectAsync(pods.A, "alice");
        await using var bob = await Client.ConnectAsync(pods.B, "bob");
        await alice.JoinAsync("lobby");
        await bob.JoinAsync("lobby");
        await alice.UntilMarkerAsync();

        await pods.Redis.CommandAsync("CLIENT", "KILL", "ID", (await pods.Redis.ClientsAsync("pod-a")).Single()["id"]);
        await TestTimeout.Until(async () => await pods.SubscriptionsAsync("pod-a") == 4, "all, alice, the lobby and the marker's room");
        await pods.Redis.PublishAsync("gateway:room:lobby", """{"type":"chat","content":"next"}""");

        var frames = (await alice.UntilMarkerAsync()).Where(frame => !frame.GetRawText().Contains("marker:", StringComparison.Ordinal)).ToList();
        Assert.That(frames[..^1].Select(frame => frame.GetProperty("type").GetString()), Is.All.EqualTo("gap"));
        Assert.That(frames[..^1].Select(frame => frame.GetProperty("content").GetRawText()), Is.EquivalentTo(
        [
            """{"room":"all","reason":"bus"}""", """{"room":"user:alice","reason":"bus"}""", """{"room":"lobby","reason":"bus"}""",
        ]));
        Assert.That(frames[^1].GetProperty("type").GetString(), Is.EqualTo("chat"));
        Assert.That((await bob.UntilMarkerAsync()).Types(), Is.EqualTo(["chat"]), "the other gateway's connection was not interrupted");
    }
}
