using System.Text;
using AdminApi.Publish;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.AdminApi;

internal sealed class PublishItemReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Test]
    public void Fields_that_are_absent_get_their_defaults()
    {
        var item = Read("""{"target":"room:a","type":"tick"}""");

        Assert.That(item.Targets, Is.EqualTo(new[] { Target.Room("a") }));
        Assert.That(Encoding.UTF8.GetString(item.Message!.Content.Span), Is.EqualTo("null"));
        Assert.That(item.Message.Timestamp, Is.EqualTo(1_800_000_000_000));
        Assert.That(MessageId.IsValid(item.Message.Id));
    }

    [Test]
    public void Fields_that_are_null_count_as_absent()
    {
        var item = Read("""{"target":"all","targets":null,"type":"t","id":null,"key":null,"data":null,"timestamp":null,"from":null,"from_name":null}""");

        Assert.That(item.Error, Is.Null);
        Assert.That((item.Message!.Key, item.Message.From, item.Message.FromName, item.Message.Data.IsEmpty), Is.EqualTo(((string?)null, (string?)null, (string?)null, true)));
    }

    [Test]
    public void A_number_is_an_id()
    {
        var item = Read("""{"target":"all","type":"t","id":17,"from":42,"key":3}""");

        Assert.That((item.Message!.Id, item.Message.From, item.Message.Key), Is.EqualTo(("17", "42", "3")));
    }

    [TestCase("99999999999", 99_999_999_999_000)]
    [TestCase("100000000000", 100_000_000_000)]
    [TestCase("100000000001", 100_000_000_001)]
    public void Below_a_hundred_billion_a_timestamp_is_seconds(string written, long milliseconds) =>
        Assert.That(Read($$"""{"target":"all","type":"t","timestamp":{{written}}}""").Message!.Timestamp, Is.EqualTo(milliseconds));

    [TestCase("""{"type":"t","content":{"target":"all"}}""", "\"target\" is missing")]
    [TestCase("""{"target":"user:","type":"t"}""", "user:<id>")]
    [TestCase("""{"target":null,"type":"t"}""", "\"target\" is missing")]
    [TestCase("""{"targets":[null],"type":"t"}""", "array")]
    [TestCase("""{"targets":[[1,2],"all"],"type":"t"}""", "array")]
    [TestCase("""{"target":"all","type":"error"}""", "are reserved for the gateway")]
    [TestCase("""{"target":"all","tpye":"t"}""", "unknown field \"tpye\"; is \"type\" meant?")]
    [TestCase("""{"target":"all","type":"t","Content":1}""", "unknown field \"Content\"; is \"content\" meant?")]
    [TestCase("""{"target":"all","type":"t","fromname":"x"}""", "unknown field \"fromname\"; is \"from_name\" meant?")]
    [TestCase("""{"target":"all","type":"t","priority":1}""", "unknown field \"priority\"; a message has target, targets, type")]
    [TestCase("""{"target":"all","type":"t","copies":5}""", "unknown field \"copies\"")]
    [TestCase("""{"target":"all","type":"t","type":"u"}""", "\"type\" appears twice")]
    [TestCase("""{"target":"all","type":"t","content":1,"content":2}""", "\"content\" appears twice")]
    [TestCase("""{"target":"all","type":7}""", "\"type\" must be a string")]
    [TestCase("""{"target":"all","type":"t","id":["a"]}""", "\"id\" must be a string or a number")]
    [TestCase("""{"target":"all","type":"t","key":{}}""", "\"key\" must be a string or a number")]
    [TestCase("""{"target":"all","type":"t","from_name":7}""", "\"from_name\" must be a string")]
    [TestCase("""{"target":"all","type":"t","data":[1]}""", "\"data\" must be a JSON object")]
    [TestCase("""{"target":"all","type":"t","timestamp":"1700000000"}""", "\"timestamp\" must be a number")]
    [TestCase("""{"target":"all","type":"t","timestamp":-1}""", "\"timestamp\" must be Unix seconds")]
    [TestCase("""{"target":"all","type":"t","content":{"a":"\ud800"}}""", "unpaired surrogate")]
    [TestCase("""{"target":"all","type":"t","data":{"\udc00":1}}""", "unpaired surrogate")]
    [TestCase("""{"target":"all","type":"t","key":"\ud800"}""", "not valid Unicode")]
    public void An_invalid_message_gets_an_error_text(string json, string text)
    {
        var item = Read(json);

        Assert.That(item.Error?.Detail, Does.Contain(text));
        Assert.That(item.Message, Is.Null);
    }

    [Test]
    public void A_content_that_is_not_UTF_8_is_refused()
    {
        byte[] json = [.. """{"target":"all","type":"t","content":" """u8, 0xC3, 0x28, .. "\"}"u8];
        PublishBody.TryRead(json, Now, out var body);

        Assert.That(body!.Items[0].Error?.Detail, Does.Contain("not valid UTF-8"));
    }

    [TestCase(15, true)]
    [TestCase(16, false)]
    public void A_message_is_nested_at_most_16_deep(int brackets, bool isValid)
    {
        var content = new string('[', brackets) + new string(']', brackets);

        Assert.That(Read($$"""{"target":"all","type":"t","content":{{content}}}""").Error is null, Is.EqualTo(isValid));
        Assert.That(Read($$"""{"messages":[{"target":"all","type":"t","content":{{content}}}]}""").Error is null, Is.EqualTo(isValid));
    }

    [Test]
    public void A_long_target_is_not_shown_whole() =>
        Assert.That(Read($$"""{"target":"{{new string('x', 10_000)}}","type":"t"}""").Error!.Detail, Has.Length.LessThan(300));

    [Test]
    public void Random_bytes_get_a_result_and_never_an_exception()
    {
        var valid = Encoding.UTF8.GetBytes("""{"targets":["room:a","user:\u00e9"],"type":"t","id":"x","data":{"a":[1]},"timestamp":1e9,"from":"b"}""");
        var random = new Random(17);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = valid.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var error = PublishBody.TryRead(bytes, Now, out var body);

            Assert.That(error is null, Is.EqualTo(body is not null));
            if (body is not null) Assert.That(body.Items.All(item => item.Error is null != item.Message is null));
        }
    }

    private static PublishItem Read(string json)
    {
        Assert.That(PublishBody.TryRead(Encoding.UTF8.GetBytes(json), Now, out var body), Is.Null);
        return body!.Items[0];
    }
}
