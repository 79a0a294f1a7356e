using AdminApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Cluster;

internal sealed class WholeSystemTests
{
    [Test]
    public async Task What_both_APIs_are_told_reaches_the_clients_of_two_gateways_over_Redis()
    {
        await using var pods = await Pods.StartAsync();
        await using var admin = await ApiHost.StartAsync(AdminApiApp.Create, pods.Redis.Settings);
        await using var user = await ApiHost.StartAsync(UserApiApp.Create, pods.Redis.Settings);
        await using var alice = await Client.ConnectAsync(pods.A, "alice");
        await using var bob = await Client.ConnectAsync(pods.B, "bob");
        await using var bobsPhone = await Client.ConnectAsync(pods.A, "bob");
        foreach (var client in new[] { alice, bob }) await client.JoinAsync("lobby");

        await MustSucceedAsync(admin.PostAsync("/api/v1/admin/notifications/system", Tokens.Operator(), """{"title":"to","body":"all"}"""));
        await MustSucceedAsync(admin.PostAsync("/api/v1/admin/notifications/user/bob", Tokens.Operator(), """{"title":"to","body":"bob"}"""));
        await MustSucceedAsync(admin.PostAsync("/publish", Tokens.Operator(), """{"target":"room:lobby","type":"news","content":1}"""));
        await MustSucceedAsync(user.PostAsync("/api/v1/user/messages", Tokens.For("alice"), """{"to":"bob","text":"hi"}"""));
        await MustSucceedAsync(user.PostAsync("/api/v1/user/chat", Tokens.WithScopes("alice", "publish:room"), """{"room":"lobby","text":"hi all"}"""));
        await MustSucceedAsync(user.PutAsync("/api/v1/user/tasks/42", Tokens.Operator(), """{"user_id":"alice"}"""));

        Assert.That((await alice.UntilMarkerAsync()).Types(), Is.EquivalentTo(["notification", "news", "chat"]));
        Assert.That((await bob.UntilMarkerAsync()).Types(), Is.EquivalentTo(["notification", "notification", "news", "user_message", "chat"]));
        Assert.That((await bobsPhone.UntilMarkerAsync()).Types(), Is.EquivalentTo(["notification", "notification", "user_message"]));
        (await bob.AskAsync("""{"type":"join_room","room":"task:42"}""")).MustBeError(403);
        await alice.JoinAsync("task:42");
    }

    private static async Task MustSucceedAsync(Task<ApiResponse> response) => Assert.That((await response).Status, Is.EqualTo(200).Or.EqualTo(204), (await response).Text);
}
