using System.Text;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class ChannelMapTests
{
    private static readonly RedisOptions AllGroups = new() { Contracts = ["websocket", "Notifications"] };

    [TestCase("all", "gateway:all")]
    [TestCase("room:chat:1", "gateway:room:chat:1")]
    [TestCase("task:42", "gateway:task:42")]
    [TestCase("user:ann", "gateway:user:ann")]
    [TestCase("user:auth0|5f", "gateway:user:auth0%7C5f")]
    [TestCase("user:*", "gateway:user:%2A")]
    [TestCase("user:ü", "gateway:user:%C3%BC")]
    [TestCase("user:100%", "gateway:user:100%25")]
    public void Own_channels_hold_no_character_of_a_pattern(string target, string channel) => Assert.That(NamesOf(new RedisOptions(), target), Is.EqualTo([channel]));

    [Test]
    public void Foreign_channels_hold_ids_as_they_are()
    {
        string[] expected = ["gateway:user:tenant%2A:7", "websocket:user:tenant*:7", "websocket:notification:tenant*:7", "notifications:tenant*:7"];
        Assert.That(NamesOf(AllGroups, "user:tenant*:7"), Is.EqualTo(expected));
        Assert.That(NamesOf(AllGroups, "room:a"), Is.EqualTo(["gateway:room:a", "websocket:room:a"]));
        Assert.That(NamesOf(AllGroups, "all"), Is.EqualTo(["gateway:all", "websocket:broadcast", "notifications:assignment"]));
    }

    [Test]
    public void A_user_whose_id_makes_an_exact_name_is_not_subscribed_by_it() =>
        Assert.That(NamesOf(AllGroups, "user:assignment"), Has.None.EqualTo("notifications:assignment").And.Some.EqualTo("gateway:user:assignment"));

    [Test]
    public void Keys_of_one_target_share_its_slot() =>
        Assert.That(new RedisNames("app").PublishedId(Target.User("a}b"), "id-1"), Is.EqualTo("app:id:{app:user:a%7Db}:id-1"));

    [Test]
    public void An_unknown_group_is_named() =>
        Assert.That(ChannelGroups.Error(new RedisOptions { Contracts = ["websocket", "chat2"] }), Is.EqualTo("names chat2; known are notifications, websocket"));

    private static IEnumerable<string> NamesOf(RedisOptions options, string target)
    {
        Assert.That(Target.TryParse(target, out var parsed));
        return new ChannelMap(new RedisNames(options.Prefix), ChannelGroups.From(options)).Of(parsed).Select(channel => Encoding.UTF8.GetString(channel.Name));
    }
}
