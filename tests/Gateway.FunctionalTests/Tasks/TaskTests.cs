using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Publishing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Tasks;

/// <summary>A task is watched by its owner only.</summary>
internal sealed class TaskTests
{
    [Test]
    public async Task The_named_owner_watches_its_task_and_others_are_refused()
    {
        await using var gateway = await ServiceHost.GatewayAsync();
        await gateway.Services.GetRequiredService<IStateStore>().SetAsync("task:42", "alice", ttl: null, CancellationToken.None);
        await using var eve = await Client.ConnectAsync(gateway, "eve");
        await using var operators = await Client.OpenAsync(gateway, "/ws?token=" + Tokens.Operator());
        await using var alice = await Client.ConnectAsync(gateway, "alice");

        foreach (var other in new[] { eve, operators }) (await other.AskAsync("""{"type":"join_room","room":"task:42"}""")).MustBeError(403);
        await alice.JoinAsync("task:42");
        await PublishAsync(gateway, "42");

        Assert.That((await alice.NextAsync("progress")).GetProperty("room").GetString(), Is.EqualTo("task:42"));
        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
    }

    [Test]
    public async Task With_First_a_task_without_an_owner_belongs_to_the_first_user_who_asks()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Tasks:UnknownOwner=First");
        await using var alice = await Client.ConnectAsync(gateway, "alice");
        await using var bob = await Client.ConnectAsync(gateway, "bob");

        await bob.JoinAsync("task:43");

        (await alice.AskAsync("""{"type":"join_room","room":"task:43"}""")).MustBeError(403);
        await using var again = await Client.ConnectAsync(gateway, "bob");
        await again.JoinAsync("task:43");
    }

    [Test]
    public async Task By_default_a_task_without_an_owner_is_closed_to_all()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null);
        await using var alice = await Client.ConnectAsync(gateway, "alice");

        (await alice.AskAsync("""{"type":"join_room","room":"task:44"}""")).MustBeError(403);
        Assert.That(await gateway.Services.GetRequiredService<IStateStore>().GetAsync("task:44", default), Is.Null);
    }

    [Test]
    public async Task A_join_beyond_the_room_limit_takes_no_task()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Tasks:UnknownOwner=First", "--Rooms:MaxPerConnection=1");
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=lobby");

        (await alice.AskAsync("""{"type":"join_room","room":"task:46"}""")).MustBeError(429);

        Assert.That(await gateway.Services.GetRequiredService<IStateStore>().GetAsync("task:46", default), Is.Null);
    }

    [Test]
    public async Task Nobody_publishes_to_a_task_over_a_socket()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Tasks:UnknownOwner=First");
        await using var alice = await Client.ConnectAsync(gateway, "alice", "rooms=task:45");

        (await alice.AskAsync("""{"type":"room_message","room":"task:45","content":"done!"}""")).MustBeError(403);
    }

    private static async Task PublishAsync(ServiceHost gateway, string task) =>
        await gateway.Publisher.PublishAsync(Target.Task(task), new OutgoingMessage { Type = "progress" });
}
