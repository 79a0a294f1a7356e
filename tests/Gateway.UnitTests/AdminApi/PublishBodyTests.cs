using System.Text;
using AdminApi.Publish;
using NUnit.Framework;

namespace Gateway.UnitTests.AdminApi;

internal sealed class PublishBodyTests
{
    [Test]
    public void One_message_is_the_body_itself()
    {
        var fault = Read("""{"target":"all","content":{"messages":[1]}}""", out var body);

        Assert.That(fault, Is.Null);
        Assert.That(body!.IsBatch, Is.False);
        Assert.That(Items(body), Is.EqualTo(new[] { """{"target":"all","content":{"messages":[1]}}""" }));
    }

    [Test]
    public void A_batch_is_taken_apart_byte_for_byte()
    {
        Read("""{ "note":[[1]], "messages" : [ {"a" : 1.0} , 7,"x", [ ] ] }""", out var body);

        Assert.That(body!.IsBatch);
        Assert.That(Items(body), Is.EqualTo(new[] { """{"a" : 1.0}""", "7", "\"x\"", "[ ]" }));
    }

    [Test]
    public void A_message_too_deep_does_not_spoil_its_batch()
    {
        var deep = new string('[', 40) + new string(']', 40);

        Assert.That(Read($$"""{"messages":[{{deep}},{}]}""", out var body), Is.Null);
        Assert.That(body!.Items, Has.Count.EqualTo(2));
    }

    [TestCase("", "not JSON")]
    [TestCase("7", "JSON object")]
    [TestCase("""{"messages":[}""", "not JSON")]
    [TestCase("""{"messages":[{}]} {}""", "not JSON")]
    [TestCase("""{"messages":null}""", "array")]
    [TestCase("""{"messages":[]}""", "empty")]
    [TestCase("""{"messages":[1],"messages":[2]}""", "twice")]
    [TestCase("""{"\ud800":1}""", null)]
    public void What_is_no_body_is_said(string json, string? text) =>
        Assert.That(Read(json, out _), text is null ? Is.Null : Does.Contain(text));

    [Test]
    public void A_thousand_and_no_more()
    {
        Assert.That(Read($$"""{"messages":[{{string.Join(',', Enumerable.Repeat("1", 1_000))}}]}""", out _), Is.Null);
        Assert.That(Read($$"""{"messages":[{{string.Join(',', Enumerable.Repeat("1", 1_001))}}]}""", out _), Does.Contain("1000"));
    }

    [Test]
    public void Nesting_without_end_is_an_answer_and_no_crash() =>
        Assert.That(Read("{\"messages\":" + new string('[', 100_000), out _), Does.Contain("not JSON"));

    private static string? Read(string json, out PublishBody? body) => PublishBody.TryRead(Encoding.UTF8.GetBytes(json), out body);

    private static IEnumerable<string> Items(PublishBody body) => body.Items.Select(item => Encoding.UTF8.GetString(item.Span));
}
