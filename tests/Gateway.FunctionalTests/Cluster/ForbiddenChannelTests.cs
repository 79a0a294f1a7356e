using NUnit.Framework;

namespace Gateway.FunctionalTests.Cluster;

/// <summary>Redis forbids one kind of channel.</summary>
internal sealed class ForbiddenChannelTests
{
    [Test]
    public async Task A_join_that_Redis_forbids_fails_alone_and_other_rooms_get_every_message()
    {
        await using var pods = await Pods.StartAsync("--Tasks:UnknownOwner=first");
        await pods.Redis.CommandAsync("ACL", "SETUSER", "default", "resetchannels", "&gateway:all", "&gateway:room:*", "&gateway:user:*");
        await using var alice = await Client.ConnectAsync(pods.A, "alice");
        await alice.JoinAsync("lobby");

        var refused = await alice.AskAsync("""{"type":"join_room","room":"task:42"}""");
        Assert.That(refused.GetProperty("content").GetProperty("code").GetInt32(), Is.EqualTo(503), refused.GetRawText());
        for (var i = 0; i < 100; i++)
        {
            if (i % 10 == 0) await alice.SendAsync("""{"type":"join_room","room":"task:42"}""");
            Assert.That(await pods.Redis.PublishAsync("gateway:room:lobby", $$"""{"type":"chat","content":{{i}}}"""), Is.EqualTo(1));
        }

        var contents = (await alice.UntilMarkerAsync()).Where(frame => frame.GetProperty("type").GetString() == "chat").Select(frame => frame.GetProperty("content").GetInt32());
        Assert.That(contents, Is.EqualTo(Enumerable.Range(0, 100)));
    }
}
