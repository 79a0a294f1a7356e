using System.Text;
using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.UnitTests.Publishing;

/// <summary>What can never be published is refused with a text that says what is wrong.</summary>
internal sealed class GatewayPublisherArgumentTests
{
    private static readonly OutgoingMessage Good = OutgoingMessage.Of("tick", 1);

    private readonly GatewayPublisher _publisher = new(new InProcessBus(HistoryPolicies.None, TimeProvider.System), HistoryPolicies.None, TimeProvider.System);

    [TestCase("", "b", "title")]
    [TestCase("t", " ", "body")]
    public void An_empty_notification_is_refused(string title, string body, string parameter) =>
        Assert.That(() => _publisher.SendSystemNotificationAsync(title, body), Throws.ArgumentException.With.Property("ParamName").EqualTo(parameter));

    [TestCase("")]
    [TestCase("a b")]
    public void A_user_id_that_cannot_be_one_is_refused(string id) =>
        Assert.That(() => _publisher.SendUserNotificationAsync(id, "t", "b"), Throws.ArgumentException.With.Message.Contains("user id"));

    [TestCase("")]
    [TestCase("a*")]
    [TestCase("a b")]
    public void A_room_name_outside_the_rule_is_refused(string room) =>
        Assert.That(() => _publisher.BroadcastToRoomAsync(room, Good), Throws.ArgumentException.With.Message.Contains(Names.Rule));

    [Test]
    public void A_room_beside_a_user_is_refused() =>
        Assert.That(() => _publisher.PublishAsync(Target.Room("user:42"), Good), Throws.ArgumentException.With.Message.Contains("user:42"));

    [TestCase(0, "1 to 8")]
    [TestCase(9, "1 to 8")]
    public void One_to_eight_targets(int count, string text)
    {
        var targets = Enumerable.Range(0, count).Select(i => Target.Room("r" + i)).ToArray();

        Assert.That(() => _publisher.PublishAsync(targets, Good), Throws.ArgumentException.With.Message.Contains(text));
    }

    [Test]
    public void A_target_named_twice_is_refused() =>
        Assert.That(() => _publisher.PublishAsync([Target.All, Target.All], Good), Throws.ArgumentException.With.Message.Contains("twice"));

    [TestCase("welcome")]
    [TestCase("gap")]
    [TestCase("")]
    [TestCase("two words")]
    public void A_type_the_gateway_keeps_or_that_is_none_is_refused(string type) =>
        Assert.That(() => _publisher.BroadcastAsync(Good with { Type = type }), Throws.ArgumentException.With.Message.Contains("type"));

    [TestCase("")]
    [TestCase("no spaces")]
    [TestCase("01234567890123456789012345678901234567890123456789012345678901234")]
    public void An_id_outside_the_rule_is_refused(string id) =>
        Assert.That(() => _publisher.BroadcastAsync(Good with { Id = id }), Throws.ArgumentException.With.Message.Contains("an id is"));

    [Test]
    public void A_sender_that_is_no_user_id_is_refused() =>
        Assert.That(() => _publisher.BroadcastAsync(Good with { From = "a\nb" }), Throws.ArgumentException.With.Message.Contains("from"));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{} {}")]
    [TestCase("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]")]
    public void Content_that_is_not_JSON_or_too_deep_is_refused(string content) =>
        Assert.That(
            () => _publisher.BroadcastAsync(Good with { Content = Encoding.UTF8.GetBytes(content) }),
            Throws.ArgumentException.With.Message.Contains("content is not JSON"));

    [Test]
    public void Text_that_no_string_can_hold_is_refused()
    {
        byte[] latin1 = [(byte)'"', 0xE9, (byte)'"'];

        Assert.Multiple(() =>
        {
            Assert.That(() => _publisher.BroadcastAsync(Good with { Content = latin1 }), Throws.ArgumentException.With.Message.Contains("content is not valid UTF-8"));
            Assert.That(() => _publisher.BroadcastAsync(Good with { Content = "\"\\ud800\""u8.ToArray() }), Throws.ArgumentException.With.Message.Contains("content has an unpaired surrogate"));
            Assert.That(() => _publisher.BroadcastAsync(Good with { Data = """{"\udc00":1}"""u8.ToArray() }), Throws.ArgumentException.With.Message.Contains("data has an unpaired surrogate"));
            Assert.That(() => _publisher.BroadcastAsync(Good with { Key = "\ud800" }), Throws.ArgumentException.With.Message.Contains("key has an unpaired surrogate"));
            Assert.That(() => _publisher.BroadcastAsync(Good with { FromName = "a\udc00" }), Throws.ArgumentException.With.Message.Contains("from_name has an unpaired surrogate"));
            Assert.That(() => OutgoingMessage.Notification("t\ud800", "b"), Throws.ArgumentException.With.Message.Contains("unpaired surrogate"));
        });
    }

    [TestCase("[1]")]
    [TestCase(" 1")]
    public void Data_is_an_object(string data) =>
        Assert.That(
            () => _publisher.BroadcastAsync(Good with { Data = Encoding.UTF8.GetBytes(data) }), Throws.ArgumentException.With.Message.Contains("object"));
}
