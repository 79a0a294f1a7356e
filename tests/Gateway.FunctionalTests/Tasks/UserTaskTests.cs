using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Tasks;

internal sealed class UserTaskTests
{
    private static readonly string Ann = Tokens.For("ann");
    private static readonly string Worker = Tokens.WithScopes("worker", "publish:user");

    private ApiHost _host;
    private RecordingClient _ears;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.StartAsync(UserApiApp.Create, "--Tasks:UnknownOwner=First");
        _ears = RecordingClient.Of(_host);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task C13_A_user_takes_a_task_that_is_nobodys()
    {
        var response = await Own("t1", Ann, "ann");
        var again = await Own("t1", Ann, "ann");

        Assert.That((response.Status, response.Text), Is.EqualTo((200, """{"task_id":"t1","user_id":"ann"}""")));
        Assert.That(again.Status, Is.EqualTo(200));
        Assert.That(await OwnerOf("t1"), Is.EqualTo("ann"));
    }

    [Test]
    public async Task By_default_a_user_takes_no_task_that_a_service_has_not_assigned()
    {
        await using var host = await ApiHost.StartAsync(UserApiApp.Create);

        var taken = await host.PutAsync("/api/v1/user/tasks/t1", Ann, """{"user_id":"ann"}""");
        var assigned = await host.PutAsync("/api/v1/user/tasks/t1", Worker, """{"user_id":"ann"}""");
        var again = await host.PutAsync("/api/v1/user/tasks/t1", Ann, """{"user_id":"ann"}""");

        Assert.That((taken.Status, assigned.Status, again.Status), Is.EqualTo((403, 200, 200)));
        Assert.That(taken.Detail, Does.Contain("Tasks:UnknownOwner").And.Contain("publish:user"));
    }

    [Test]
    public async Task C13_A_task_of_another_is_refused_and_stays_the_others()
    {
        await Own("t2", Worker, "bob");

        var response = await Own("t2", Ann, "ann");

        Assert.That((response.Status, response.Detail), Is.EqualTo((409, "the task t2 belongs to another user")));
        Assert.That(await OwnerOf("t2"), Is.EqualTo("bob"));
    }

    [Test]
    public async Task C13_A_user_may_not_take_a_task_for_another_but_the_scope_may_give_it()
    {
        var refused = await Own("t3", Ann, "bob");
        var ownerThen = await OwnerOf("t3");
        await Own("t3", Ann, "ann");
        var given = await Own("t3", Worker, "bob");

        Assert.That((refused.Status, ownerThen), Is.EqualTo((403, (string?)null)));
        Assert.That((given.Status, await OwnerOf("t3")), Is.EqualTo((200, "bob")));
    }

    [TestCase("", "progress")]
    [TestCase("running", "progress")]
    [TestCase("completed", "completed")]
    [TestCase("failed", "error")]
    [TestCase("cancelled", "error")]
    public async Task C13_Progress_goes_to_those_who_watch_the_task(string status, string type)
    {
        var task = "p-" + status;
        await Own(task, Ann, "ann");
        await _ears.ListenAsync(Target.Task(task));
        var word = status is "" ? "" : $$""","status":"{{status}}" """;

        var response = await Progress(task, Ann, $$"""{"message":"m","step":2,"total_steps":4,"progress":50.5{{word}}}""");

        var message = await _ears.NextAsync();
        var content = RecordingClient.Json(message);
        Assert.That(response.Status, Is.EqualTo(200), response.Text);
        Assert.That((message.Target, message.Type, message.From), Is.EqualTo((Target.Task(task), type, "ann")));
        Assert.That(content.GetProperty("task_id").GetString(), Is.EqualTo(task));
        Assert.That(content.GetProperty("message").GetString(), Is.EqualTo("m"));
        Assert.That((content.GetProperty("step").GetInt32(), content.GetProperty("total_steps").GetInt32()), Is.EqualTo((2, 4)));
        Assert.That(content.GetProperty("progress").GetDouble(), Is.EqualTo(50.5));
        Assert.That(content.GetProperty("timestamp").GetInt64(), Is.EqualTo(message.Timestamp / 1000).Within(1));
        Assert.That(content.TryGetProperty("status", out var said) ? said.GetString() : "", Is.EqualTo(status));
    }

    [Test]
    public async Task Only_the_owner_or_the_scope_may_tell_the_progress()
    {
        await Own("t5", Worker, "bob");
        await _ears.ListenAsync(Target.Task("t5"));

        var stranger = await Progress("t5", Ann, "{}");
        var nobodys = await Progress("t6", Ann, "{}");
        var scope = await Progress("t6", Worker, "{}");

        Assert.That((stranger.Status, nobodys.Status, scope.Status), Is.EqualTo((403, 403, 200)));
        Assert.That(stranger.Detail, Does.Contain("t5"));
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task The_same_progress_is_sent_once()
    {
        await Own("t7", Ann, "ann");
        await _ears.ListenAsync(Target.Task("t7"));

        await Progress("t7", Ann, """{"id":"s1"}""");
        var again = await Progress("t7", Ann, """{"id":"s1"}""");

        await _ears.NextAsync();
        Assert.That(again.Json.GetProperty("duplicate").GetBoolean(), Is.True);
        Assert.That(_ears.HasMore, Is.False);
    }

    [TestCase("""{"step":"x"}""", "step")]
    [TestCase("""{"step":-1}""", "step")]
    [TestCase("""{"total_steps":-1}""", "total_steps")]
    [TestCase("""{"progress":-0.5}""", "progress")]
    public async Task C13_Errors_are_reported_by_field(string json, string field)
    {
        var response = await Progress("t8", Worker, json);

        Assert.That((response.Status, response.MediaType), Is.EqualTo((400, "application/problem+json")));
        Assert.That(response.ErrorOf(field), Is.Not.Null, response.Text);
    }

    [Test]
    public async Task A_task_id_outside_the_rule_is_refused()
    {
        Assert.That((await Own("a*", Ann, "ann")).Status, Is.EqualTo(400));
        Assert.That((await Progress("a b", Worker, "{}")).Detail, Does.Contain(Names.Rule));
    }

    private Task<ApiResponse> Own(string task, string token, string user) =>
        _host.PutAsync("/api/v1/user/tasks/" + Uri.EscapeDataString(task), token, $$"""{"user_id":"{{user}}"}""");

    private Task<ApiResponse> Progress(string task, string token, string json) =>
        _host.PostAsync($"/api/v1/user/tasks/{Uri.EscapeDataString(task)}/progress", token, json);

    private Task<string?> OwnerOf(string task) => _host.App.Services.GetRequiredService<IStateStore>().GetAsync("task:" + task, CancellationToken.None);
}
