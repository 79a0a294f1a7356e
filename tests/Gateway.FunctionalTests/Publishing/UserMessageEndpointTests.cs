using Gateway.Contracts;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

internal sealed class UserMessageEndpointTests
{
    private const string Messages = "/api/v1/user/messages";
    private const string Chat = "/api/v1/user/chat";

    private static readonly string Ann = Tokens.For("ann", ("username", "Ann A."));

    private ApiHost _host;
    private RecordingClient _ears;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.StartAsync(UserApiApp.Create);
        _ears = RecordingClient.Of(_host);
        await _ears.ListenAsync(Target.User("bob"));
        await _ears.ListenAsync(Target.User("ann"));
        await _ears.ListenAsync(Target.Room("lobby"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task C13_A_user_message_reaches_the_receiver_stamped_from_the_token()
    {
        var response = await _host.PostAsync(Messages, Ann, """{"to":"bob","text":"hi"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type, message.From, message.FromName), Is.EqualTo((Target.User("bob"), "user_message", "ann", "Ann A.")));
        Assert.That(RecordingClient.Content(message), Is.EqualTo("""{"from":"ann","to":"bob","text":"hi"}"""));
        Assert.That((response.Status, response.Text), Is.EqualTo((200, $$"""{"id":"{{message.Id}}","duplicate":false,"offset":{{message.Position!.Value.Offset}},"epoch":"{{message.Position.Value.Epoch}}"}""")));
        Assert.That(_ears.HasMore, Is.False, "a copy for the sender");
    }

    [Test]
    public async Task A_body_that_names_a_sender_is_refused()
    {
        var response = await _host.PostAsync(Messages, Ann, """{"to":"bob","text":"hi","from":"eve"}""");

        Assert.That(response.Status, Is.EqualTo(400));
        Assert.That(response.ErrorOf("from"), Is.EqualTo("The field from is unknown; known are to, text, id."));
    }

    [Test]
    public async Task C13_A_chat_line_reaches_a_user()
    {
        await _host.PostAsync(Chat, Ann, """{"to":"bob","text":"hi"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type, message.From), Is.EqualTo((Target.User("bob"), "chat", "ann")));
        Assert.That(RecordingClient.Content(message), Is.EqualTo("""{"from":"ann","to":"bob","text":"hi"}"""));
    }

    [Test]
    public async Task C13_A_chat_line_reaches_a_room_with_the_scope()
    {
        await _host.PostAsync(Chat, Tokens.WithScopes("ann", "publish:room"), """{"room":"lobby","text":"hi"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type, message.From), Is.EqualTo((Target.Room("lobby"), "chat", "ann")));
        Assert.That(RecordingClient.Content(message), Is.EqualTo("""{"from":"ann","room":"lobby","text":"hi"}"""));
    }

    [TestCase("lobby", "")]
    [TestCase("user:bob", "publish:room")]
    [TestCase("task:1", "publish:user")]
    public async Task A_room_needs_the_scope_of_what_it_names(string room, string scopes)
    {
        var response = await _host.PostAsync(Chat, Tokens.WithScopes("ann", scopes), $$"""{"room":"{{room}}","text":"hi"}""");

        Assert.That((response.Status, response.MediaType), Is.EqualTo((403, "application/problem+json")));
        Assert.That(response.Detail, Does.Contain("needs the scope"));
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task An_id_counts_for_its_user_alone()
    {
        var json = """{"to":"bob","text":"hi","id":"1"}""";

        var first = await _host.PostAsync(Messages, Ann, json);
        var again = await _host.PostAsync(Messages, Ann, json);
        var other = await _host.PostAsync(Messages, Tokens.For("eve"), json);

        Assert.That(new[] { first, again, other }.Select(a => a.Json.GetProperty("duplicate").GetBoolean()), Is.EqualTo(new[] { false, true, false }));
        Assert.That(((await _ears.NextAsync()).From, (await _ears.NextAsync()).From), Is.EqualTo(("ann", "eve")));
        Assert.That(_ears.HasMore, Is.False);
    }

    [TestCase(Messages, """{"text":"hi"}""", "to", "required")]
    [TestCase(Messages, """{"to":"a b","text":"hi"}""", "to", "must be a user id")]
    [TestCase(Messages, """{"to":"bob"}""", "text", "required")]
    [TestCase(Messages, """{"to":"bob","text":["hi"]}""", "text", "must be a string")]
    [TestCase(Messages, """{"to":"bob","text":"hi","id":"*"}""", "id", "must be")]
    [TestCase(Chat, """{"text":"hi"}""", "to", "either to or room")]
    [TestCase(Chat, """{"to":"bob","room":"lobby","text":"hi"}""", "room", "either to or room")]
    [TestCase(Chat, """{"room":"lob*","text":"hi"}""", "room", "must be the name of a room")]
    public async Task C13_Errors_are_reported_by_field(string path, string json, string field, string text)
    {
        var response = await _host.PostAsync(path, Tokens.Operator(), json);

        Assert.That((response.Status, response.MediaType), Is.EqualTo((400, "application/problem+json")), response.Text);
        Assert.That(response.ErrorOf(field), Does.Contain(text), response.Text);
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task Where_users_may_not_write_to_users_the_scope_still_may()
    {
        await using var host = await ApiHost.StartAsync(UserApiApp.Create, "--Rooms:AllowUserMessages=false");
        var json = """{"to":"bob","text":"hi"}""";

        var user = await host.PostAsync(Messages, Ann, json);
        var service = await host.PostAsync(Chat, Tokens.WithScopes("bot", "publish:user"), json);

        Assert.That((user.Status, user.Detail), Is.EqualTo((403, "Rooms:AllowUserMessages is false here: publishing to user:bob needs the scope publish:user")));
        Assert.That(service.Status, Is.EqualTo(200));
    }
}
