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
    [TestCase("""{"title":"T","body":"B","content":"C","id":"n-1"}""", "n-1")]
    public void A_flat_notification_keeps_its_id_and_is_the_content(string payload, string id)
    {
        var message = Read(FlatNotification.Read, payload).Message!;
        Assert.That((message.Id, message.Type, message.Target, Encoding.UTF8.GetString(message.Content.Span)), Is.EqualTo((id, "notification", Ann, payload)));
    }

    [TestCase("""{"title":"T","content":"C"}""", """{"body":"C","title":"T","content":"C"}""")]
    [TestCase("""{"title":"T","message":"M \u00fc"}""", """{"body":"M \u00fc","title":"T","message":"M \u00fc"}""")]
    [TestCase("""{"message":"M","content":"C"}""", """{"body":"C","message":"M","content":"C"}""")]
    [TestCase("""{"title":"T","content":{"a":1},"message":7}""", """{"title":"T","content":{"a":1},"message":7}""")]
    [TestCase(""" { "content" : "C" } """, """ {"body":"C", "content" : "C" } """)]
    [TestCase("{}", "{}")]
    public void The_text_of_a_flat_notification_is_copied_to_its_body(string payload, string content) =>
        Assert.That(ContentOf(Read(FlatNotification.Read, payload).Message), Is.EqualTo(content));

    [TestCase("""{"type":"notification","content":{"title":"T","message":"M"}}""", """{"body":"M","title":"T","message":"M"}""")]
    [TestCase("""{"message":{"type":"notification","content":{"title":"T","message":"M"}}}""", """{"body":"M","title":"T","message":"M"}""")]
    [TestCase("""{"type":"chat","content":{"message":"M"}}""", """{"message":"M"}""")]
    [TestCase("""{"type":"notification","content":"text"}""", "\"text\"")]
    public void The_text_of_a_notification_in_an_envelope_is_copied_to_its_body(string payload, string content) =>
        Assert.That(ContentOf(Read(Envelope.ReadWrapped, payload).Message), Is.EqualTo(content));

    [TestCase("""{"title":"T","body":"B","type":"order"}""", """{"title":"T","body":"B","type":"order"}""")]
    [TestCase("""{"message":{"title":"T","content":"C"}}""", """{"body":"C","title":"T","content":"C"}""")]
    [TestCase("""{"message":"M","id":""}""", """{"body":"M","message":"M","id":""}""")]
    [TestCase("""{"order_id":7}""", """{"order_id":7}""")]
    public void A_body_without_an_envelope_on_a_notification_channel_becomes_the_content(string payload, string content)
    {
        var message = Read(Envelope.ReadNotification, payload).Message!;
        Assert.That((message.Type, ContentOf(message)), Is.EqualTo((MessageTypes.Notification, content)));
        Assert.That(MessageId.IsValid(message.Id), Is.True);
    }

    [TestCase("""{"type":"chat","content":1,"id":""}""", null)]
    [TestCase("""{"type":"chat","content":1,"id":null}""", null)]
    [TestCase("""{"type":"chat","content":1,"id":"spaces are no id"}""", null)]
    [TestCase("""{"type":"chat","content":1,"id":42}""", "42")]
    public void An_id_outside_the_rule_is_replaced(string payload, string? id)
    {
        foreach (var reader in new PayloadReader[] { Envelope.Read, Envelope.ReadWrapped, Envelope.ReadNotification })
        {
            var message = Read(reader, payload).Message!;
            Assert.That((MessageId.IsValid(message.Id), ContentOf(message)), Is.EqualTo((true, "1")));
            if (id is not null) Assert.That(message.Id, Is.EqualTo(id));
        }
    }

    [TestCase("""{"type":"chat","content":{"text":"t"},"data":[1,2]}""", """{"text":"t","data":[1,2]}""")]
    [TestCase("""{"type":"chat","data":"d","id":""}""", """{"data":"d"}""")]
    [TestCase("""{"type":"chat","content":"t","data":7}""", """{"content":"t","data":7}""")]
    public void Data_that_is_no_object_is_kept_inside_the_content(string payload, string content)
    {
        var message = Read(Envelope.ReadWrapped, payload).Message!;
        Assert.That((ContentOf(message), message.Data.Length), Is.EqualTo((content, 0)));
    }

    [Test]
    public void Text_that_no_receiver_could_decode_is_refused()
    {
        PayloadReader[] readers = [Envelope.Read, Envelope.ReadWrapped, Envelope.ReadNotification, FlatNotification.Read, FlatNotification.ReadAddressed];
        byte[][] payloads =
        [
            [.. """{"type":"chat","user_id":"ann","title":"T","content":"a"""u8, 0xFF, .. "b\"}"u8],
            [.. """{"type":"chat","user_id":"ann","title":"T","content":"a"""u8, 0xED, 0xA0, 0x80, .. "b\"}"u8],
            [.. """{"type":"chat","user_id":"ann","title":"T","content":"\ud800"}"""u8],
            [.. """{"type":"chat","user_id":"ann","title":"T","content":{"\ude00\ud83d":1}}"""u8],
        ];
        foreach (var reader in readers)
        {
            foreach (var payload in payloads) Assert.That(reader(payload, Ann, DateTimeOffset.UnixEpoch, out _, out _), Is.False, $"{reader.Method.Name} {Convert.ToHexString(payload)}");
        }
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
    public void A_payload_without_a_user_or_without_valid_JSON_is_refused(string payload)
    {
        var (message, error) = Read(FlatNotification.ReadAddressed, payload);
        Assert.That((message, error), Is.EqualTo((default(Message), error)).And.Not.EqualTo((default(Message), default(string))));
        Assert.That(error, Does.Not.Contain("bob"));
    }

    private static string ContentOf(Message? message) => Encoding.UTF8.GetString(message!.Content.Span);

    private static (Message? Message, string? Error) Read(PayloadReader reader, string payload)
    {
        var isRead = reader(Encoding.UTF8.GetBytes(payload), Ann, DateTimeOffset.UnixEpoch, out var message, out var error);
        Assert.That(isRead, Is.EqualTo(message is not null));
        return (message, error);
    }
}
