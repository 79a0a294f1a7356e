using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Rooms;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Rooms;

internal sealed class JoinRuleTests
{
    private static readonly Caller Alice = new()
    {
        UserId = "alice", UserName = "alice", ExpiresAt = DateTimeOffset.MaxValue, RoomPatterns = [new NamePattern("team:*:a")],
    };

    private static readonly Caller Olga = Alice with { UserId = "olga", IsOperator = true, RoomPatterns = [] };

    [TestCase("lobby", true, true)]
    [TestCase("user:alice", true, false)]
    [TestCase("user:olga", false, true)]
    [TestCase("ops:alerts", false, true)]
    [TestCase("team:1:a", true, false)]
    [TestCase("team:1:b", false, false)]
    [TestCase("secret", false, false)]
    public async Task Who_may_join(string room, bool alice, bool olga)
    {
        var rule = Rule(
            new RoomPolicy { Pattern = "team:*", Join = Access.Member },
            new() { Pattern = "secret", Join = Access.Closed });
        Assert.That(Target.TryParseRoomName(room, out var target), Is.True);
        Assert.That((await rule.MayJoinAsync(Alice, target, default), await rule.MayJoinAsync(Olga, target, default)), Is.EqualTo((alice, olga)));
    }

    [Test]
    public async Task A_task_belongs_to_the_first_who_asks_or_to_whom_it_was_given()
    {
        var store = new InProcessStateStore(new FakeTime());
        await store.SetAsync("task:given", "olga", null, default);
        var rule = RuleOver(store, UnknownOwner.First);
        Assert.That(await rule.MayJoinAsync(Alice, Target.Task("new"), default), Is.True);
        Assert.That(await rule.MayJoinAsync(Olga, Target.Task("new"), default), Is.False);
        Assert.That(await rule.MayJoinAsync(Alice, Target.Task("given"), default), Is.False);
        Assert.That(await RuleOver(store, UnknownOwner.Refuse).MayJoinAsync(Alice, Target.Task("unheard of"), default), Is.False);
    }

    [TestCase("lobby", false, false)]
    [TestCase("lobby", true, true)]
    [TestCase("user:alice", true, false)]
    [TestCase("task:t", true, false)]
    [TestCase("ops:alerts", true, false)]
    [TestCase("wall", false, true)]
    [TestCase("news", true, false)]
    public void Who_may_publish(string room, bool isMember, bool expected)
    {
        var rule = Rule(
            new RoomPolicy { Pattern = "wall", Publish = Access.Open },
            new() { Pattern = "news", Publish = Access.Closed });
        Assert.That(Target.TryParseRoomName(room, out var target), Is.True);
        Assert.That(rule.MayPublish(Alice, target, isMember), Is.EqualTo(expected));
    }

    [Test]
    public void The_first_policy_that_matches_counts_and_the_configured_come_before_the_built_in()
    {
        var policies = Policies(
            new() { Pattern = "a:*", Overflow = OverflowPolicy.DropOldest },
            new() { Pattern = "a:b", Overflow = OverflowPolicy.Close },
            new() { Pattern = "user:*", Join = Access.Closed });
        Assert.Multiple(() =>
        {
            Assert.That(policies.Handling(Target.Room("a:b")).Overflow, Is.EqualTo(OverflowPolicy.DropOldest));
            Assert.That(policies.Handling(Target.Room("b")).Overflow, Is.EqualTo(OverflowPolicy.Close));
            Assert.That(policies.Of(Target.User("x")).Join, Is.EqualTo(Access.Closed));
            Assert.That(policies.Of(Target.Task("x")).Join, Is.EqualTo(Access.Owner));
            Assert.That(policies.Of(Target.All).Pattern, Is.EqualTo("*"));
        });
    }

    private static JoinRule Rule(params RoomPolicy[] configured) => new(Policies(configured), Tasks(new InProcessStateStore(new FakeTime()), UnknownOwner.First));

    private static JoinRule RuleOver(InProcessStateStore store, UnknownOwner unknown) => new(Policies(), Tasks(store, unknown));

    private static TaskOwners Tasks(InProcessStateStore store, UnknownOwner unknown) => new(store, Options.Create(new TaskOptions { UnknownOwner = unknown }));

    private static RoomPolicies Policies(params RoomPolicy[] configured) => new RoomPolicies(Options.Create(new RoomOptions { Policies = configured }));
}
