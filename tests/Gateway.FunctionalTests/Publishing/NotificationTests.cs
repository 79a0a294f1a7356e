using System.Text;
using AdminApi;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

internal sealed class NotificationTests
{
    private const string Path = "/api/v1/admin/notifications/";

    private static readonly string All = Tokens.WithScopes("sue", "publish:all");
    private static readonly string Users = Tokens.WithScopes("sue", "publish:user");

    private ApiHost _host;
    private RecordingClient _ears;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.StartAsync(AdminApiApp.Create);
        _ears = RecordingClient.Of(_host);
        await _ears.ListenAsync(Target.User("auth0|5f"));
        await _ears.ListenAsync(Target.User("42"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task C13_System_notification_reaches_all()
    {
        var response = await _host.PostAsync(Path + "system", All, """{"title":"维护","body":"Tonight <at> ten","icon":"wrench","link":"/status"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type), Is.EqualTo((Target.All, "notification")));
        Assert.That(RecordingClient.Content(message), Is.EqualTo("""{"title":"维护","body":"Tonight <at> ten","icon":"wrench","link":"/status"}"""));
        Assert.That((response.Status, response.Text), Is.EqualTo((200, $$"""{"id":"{{message.Id}}","duplicate":false,"offset":{{message.Position!.Value.Offset}},"epoch":"{{message.Position.Value.Epoch}}"}""")));
    }

    [Test]
    public async Task C13_User_notification_reaches_that_user()
    {
        await _host.PostAsync(Path + "user/auth0%7C5f", Users, """{"title":"Hi","body":"There"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type), Is.EqualTo((Target.User("auth0|5f"), "notification")));
        Assert.That(RecordingClient.Content(message), Is.EqualTo("""{"title":"Hi","body":"There"}"""));
    }

    [TestCase("\"42\"")]
    [TestCase("42")]
    public async Task C13_An_order_notification_reaches_the_user_with_its_fields(string user)
    {
        await _host.PostAsync(Path + "order", Users, $$"""{"user_id":{{user}},"order_id":1001,"order_status":"shipped"}""");

        var message = await _ears.NextAsync();
        Assert.That((message.Target, message.Type), Is.EqualTo((Target.User("42"), "notification")));
        Assert.That(RecordingClient.Json(message).GetProperty("title").GetString(), Does.Contain("1001"));
        Assert.That(RecordingClient.Json(message).GetProperty("body").GetString(), Does.Contain("1001").And.Contain("shipped"));
        Assert.That(Encoding.UTF8.GetString(message.Data.Span), Is.EqualTo("""{"order_id":"1001","order_status":"shipped","user_id":"42"}"""));
    }

    [Test]
    public async Task The_same_id_is_acknowledged_and_not_sent_again()
    {
        var json = """{"title":"t","body":"b","id":"once"}""";

        await _host.PostAsync(Path + "system", All, json);
        var second = await _host.PostAsync(Path + "system", All, json);

        await _ears.NextAsync();
        Assert.That(second.Json.GetProperty("duplicate").GetBoolean(), Is.True);
        Assert.That(_ears.HasMore, Is.False);
    }

    [TestCase("system", """{}""", "title", "title field is required")]
    [TestCase("system", """{"title":"t","body":" "}""", "body", "body field is required")]
    [TestCase("system", """{"title":5,"body":"b"}""", "title", "must be a string")]
    [TestCase("system", """{"title":"t","body":"b","id":"a b"}""", "id", "id must be")]
    [TestCase("system", """{"title":"t","title":"u","body":"b"}""", "title", "appears twice")]
    [TestCase("system", """{"title":"t","body":"b","links":"/a"}""", "links", "is link meant?")]
    [TestCase("user/42", """{"body":"b"}""", "title", "required")]
    [TestCase("order", """{"userid":"1","order_id":"1","order_status":"x"}""", "userid", "is user_id meant?")]
    [TestCase("order", """{"order_id":"1","order_status":"x"}""", "user_id", "user_id field is required")]
    [TestCase("order", """{"user_id":"a b","order_id":"1","order_status":"x"}""", "user_id", "must be a user id")]
    [TestCase("order", """{"user_id":"1","order_status":"x"}""", "order_id", "required")]
    [TestCase("order", """{"user_id":"1","order_id":"1"}""", "order_status", "required")]
    [TestCase("system", "", "body", "not the JSON")]
    [TestCase("system", "null", "body", "JSON object")]
    [TestCase("system", "{", "body", "not the JSON")]
    public async Task C13_Errors_are_reported_by_field(string path, string json, string field, string text)
    {
        var response = await _host.PostAsync(Path + path, Tokens.Operator(), json);

        Assert.That((response.Status, response.MediaType), Is.EqualTo((400, "application/problem+json")), response.Text);
        Assert.That(response.ErrorOf(field), Does.Contain(text), response.Text);
        Assert.That(_ears.HasMore, Is.False);
    }

    [TestCase("system", "publish:user publish:room", """{"title":"t","body":"b"}""")]
    [TestCase("user/42", "publish:all publish:room", """{"title":"t","body":"b"}""")]
    [TestCase("order", "publish:all publish:room", """{"user_id":"1","order_id":"1","order_status":"x"}""")]
    public async Task C13_Each_needs_its_scope(string path, string scopes, string json)
    {
        var response = await _host.PostAsync(Path + path, Tokens.WithScopes("sue", scopes), json);

        Assert.That((response.Status, response.MediaType), Is.EqualTo((403, "application/problem+json")));
        Assert.That(_ears.HasMore, Is.False);
    }

    [Test]
    public async Task A_user_id_in_the_path_that_cannot_be_one_is_refused()
    {
        var response = await _host.PostAsync(Path + "user/a%20b", Users, """{"title":"t","body":"b"}""");

        Assert.That((response.Status, response.Detail), Is.EqualTo((400, "the user id in the path must be 1 to 256 visible characters")));
    }
}
