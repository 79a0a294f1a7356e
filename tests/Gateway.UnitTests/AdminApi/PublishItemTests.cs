using System.Text;
using AdminApi.Publish;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.AdminApi;

internal sealed class PublishItemTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Test]
    public void What_the_message_leaves_out_is_filled_in()
    {
        Read("""{"target":"room:a","type":"tick"}""", out var item);

        Assert.That(item!.Targets, Is.EqualTo(new[] { Target.Room("a") }));
        Assert.That(Encoding.UTF8.GetString(item.Message.Content.Span), Is.EqualTo("null"));
        Assert.That(item.Message.Timestamp, Is.EqualTo(1_800_000_000_000));
        Assert.That(MessageId.IsValid(item.Message.Id));
    }

    [TestCase("""{"target":"all","type":"t","id":"a"}""", true)]
    [TestCase("""{"target":"all","type":"t","id":7}""", true)]
    [TestCase("""{"target":"all","type":"t","id":null}""", false)]
    [TestCase("""{"target":"all","type":"t"}""", false)]
    public void Only_an_id_of_the_publishers_makes_it_idempotent(string json, bool idempotent)
    {
        Read(json, out var item);

        Assert.That(item!.Idempotent, Is.EqualTo(idempotent));
    }

    [TestCase("""{"type":"t","content":{"target":"all"}}""", "\"target\" is missing")]
    [TestCase("""{"target":"user:","type":"t"}""", "user:<id>")]
    [TestCase("""{"target":null,"type":"t"}""", "is a string")]
    [TestCase("""{"targets":[null],"type":"t"}""", "array")]
    [TestCase("""{"targets":[[1,2],"all"],"type":"t"}""", "array")]
    [TestCase("""{"target":"task:1","type":"pong"}""", "are the gateway's own")]
    [TestCase("""{"target":"all","type":"error"}""", "are the gateway's own")]
    public void What_is_wrong_is_said(string json, string text)
    {
        Assert.That(Read(json, out var item), Does.Contain(text));
        Assert.That(item, Is.Null);
    }

    [Test]
    public void A_long_target_is_not_shown_whole() =>
        Assert.That(Read($$"""{"target":"{{new string('x', 10_000)}}","type":"t"}""", out _), Has.Length.LessThan(300));

    [Test]
    public void Whatever_comes_is_an_answer_and_never_an_exception()
    {
        var good = Encoding.UTF8.GetBytes("""{"targets":["room:a","user:\u00e9"],"type":"t","id":"x","data":{"a":[1]},"timestamp":1e9,"from":"b"}""");
        var random = new Random(17);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var fault = PublishItem.TryRead(bytes, Now, out var item);

            Assert.That(fault is null, Is.EqualTo(item is not null));
        }
    }

    private static string? Read(string json, out PublishItem? item) => PublishItem.TryRead(Encoding.UTF8.GetBytes(json), Now, out item);
}
