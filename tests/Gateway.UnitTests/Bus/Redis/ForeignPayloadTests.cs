using System.Text;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class ForeignPayloadTests
{
    private static readonly Target Ann = Target.User("ann");

    [TestCase("""{"message":{"type":"chat","content":1}}""", "chat", "1")]
    [TestCase("""{"type":"chat","content":1}""", "chat", "1")]
    [TestCase("""{"type":"chat","content":1,"message":{"type":"system"}}""", "chat", "1")]
    [TestCase("""{"message":{"type":"chat","content":1},"content":2,"type":"system"}""", "system", "2")]
    [TestCase("""{"sent_by":"x","message":{"type":"chat","content":{"message":{}}}}""", "chat", """{"message":{}}""")]
    [TestCase("""{"type":"chat","message":"text"}""", "chat", "null")]
    public void An_envelope_is_read_bare_or_from_its_wrapper(string payload, string type, string content)
    {
        var (message, error) = Read(Envelope.ReadWrapped, payload);
        Assert.That(error, Is.Null);
        Assert.That((message!.Type, Encoding.UTF8.GetString(message.Content.Span)), Is.EqualTo((type, content)));
    }

    [Test]
    public void A_notification_needs_no_type()
    {
        Assert.That(Read(Envelope.ReadNotification, """{"message":{"content":{"title":"T"}}}""").Message!.Type, Is.EqualTo("notification"));
        Assert.That(Read(Envelope.ReadWrapped, """{"message":{"content":{"title":"T"}}}""").Error, Does.Contain("type"));
    }

    [TestCase("""{"id":7,"title":"T"}""", "7")]
    [TestCase("""{"title":"T","content":{"id":"x"},"id":"n-1"}""", "n-1")]
    public void A_flat_notification_keeps_its_id_and_is_the_content(string payload, string id)
    {
        var message = Read(FlatNotification.Read, payload).Message!;
        Assert.That((message.Id, message.Type, message.Target, Encoding.UTF8.GetString(message.Content.Span)), Is.EqualTo((id, "notification", Ann, payload)));
    }

    [TestCase("""{"id":"spaces are no id"}""")]
    [TestCase("""{"id":{"a":1}}""")]
    [TestCase("{}")]
    public void A_flat_notification_without_a_usable_id_gets_one(string payload) => Assert.That(MessageId.IsValid(Read(FlatNotification.Read, payload).Message!.Id));

    [TestCase("""{"user_id":"bob","title":"T"}""", "bob")]
    [TestCase("""{"user_id":42}""", "42")]
    public void An_addressed_notification_goes_to_the_user_it_names(string payload, string user) =>
        Assert.That(Read(FlatNotification.ReadAddressed, payload).Message!.Target, Is.EqualTo(Target.User(user)));

    [TestCase("""{"title":"T"}""")]
    [TestCase("""{"user_id":""}""")]
    [TestCase("""{"user_id":"a b"}""")]
    [TestCase("""{"user_id":{"id":"bob"}}""")]
    [TestCase("""{"user_id":"bob"}}""")]
    [TestCase("[]")]
    [TestCase("bob")]
    [TestCase("")]
    public void One_that_names_no_user_or_is_no_JSON_is_refused(string payload)
    {
        var (message, error) = Read(FlatNotification.ReadAddressed, payload);
        Assert.That((message, error), Is.EqualTo((default(Message), error)).And.Not.EqualTo((default(Message), default(string))));
        Assert.That(error, Does.Not.Contain("bob"));
    }

    private static (Message? Message, string? Error) Read(PayloadReader reader, string payload)
    {
        var isRead = reader(Encoding.UTF8.GetBytes(payload), Ann, DateTimeOffset.UnixEpoch, out var message, out var error);
        Assert.That(isRead, Is.EqualTo(message is not null));
        return (message, error);
    }
}
