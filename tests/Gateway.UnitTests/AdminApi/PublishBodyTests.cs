using System.Text;
using AdminApi.Publish;
using NUnit.Framework;

namespace Gateway.UnitTests.AdminApi;

internal sealed class PublishBodyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Test]
    public void One_message_is_the_body_itself()
    {
        var error = Read("""{"target":"all","type":"t","content":{"messages":[1]}}""", out var body);

        Assert.That(error, Is.Null);
        Assert.That(body!.IsBatch, Is.False);
        Assert.That(Contents(body), Is.EqualTo(new[] { """{"messages":[1]}""" }));
    }

    [Test]
    public void The_contents_of_a_batch_keep_their_bytes()
    {
        Read("""{ "messages" : [ {"content":{"a" : 1.0}, "target":"all","type":"t"} , {"type":"t","target":"room:a","content" : [ ]}] }""", out var body);

        Assert.That(body!.IsBatch);
        Assert.That(Contents(body), Is.EqualTo(new[] { """{"a" : 1.0}""", "[ ]" }));
    }

    [Test]
    public void A_message_that_is_invalid_leaves_the_others_of_its_batch_valid()
    {
        var deep = new string('[', 40) + new string(']', 40);
        const string Valid = """{"target":"all","type":"t"}""";
        string[] invalid =
        [
            deep, "7", "[ ]", "null", "{}", $$"""{"target":"all","type":"t","content":{{deep}}}""", """{"targets":[["a"],{}],"type":"t"}""", """{"\ud800":[1]}""",
        ];

        foreach (var item in invalid)
        {
            Assert.That(Read($$"""{"messages":[{{item}},{{Valid}}]}""", out var body), Is.Null, item);
            Assert.That(body!.Items.Select(i => i.Error is null), Is.EqualTo(new[] { false, true }), item);
        }
    }

    [Test]
    public void A_batch_of_a_batch_refers_to_none_of_its_memory()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"messages":[{"target":"all","type":"t","content":"kept"}]}""");
        PublishBody.TryRead(bytes, Now, out var body);

        Array.Clear(bytes);

        Assert.That(Contents(body!), Is.EqualTo(new[] { "\"kept\"" }));
    }

    [TestCase("", "not JSON")]
    [TestCase("7", "JSON object")]
    [TestCase("""{"messages":[}""", "not JSON")]
    [TestCase("""{"messages":[{}]} {}""", "not JSON")]
    [TestCase("""{"target":"all","type":"t"} {}""", "not JSON")]
    [TestCase("""{"messages":null}""", "array")]
    [TestCase("""{"messages":[]}""", "empty")]
    [TestCase("""{"messages":[1],"messages":[2]}""", "only field")]
    [TestCase("""{"messages":[1],"type":"t"}""", "only field")]
    public void An_invalid_body_gets_an_error_text(string json, string text) =>
        Assert.That(Read(json, out _), Does.Contain(text));

    [Test]
    public void A_thousand_and_no_more()
    {
        Assert.That(Read($$"""{"messages":[{{string.Join(',', Enumerable.Repeat("1", 1_000))}}]}""", out _), Is.Null);
        Assert.That(Read($$"""{"messages":[{{string.Join(',', Enumerable.Repeat("1", 1_001))}}]}""", out _), Does.Contain("1000"));
    }

    [Test]
    public void Unlimited_nesting_gets_an_error_text() =>
        Assert.That(Read("{\"messages\":" + new string('[', 100_000), out _), Does.Contain("not JSON"));

    private static string? Read(string json, out PublishBody? body) => PublishBody.TryRead(Encoding.UTF8.GetBytes(json), Now, out body);

    private static IEnumerable<string> Contents(PublishBody body) => body.Items.Select(item => Encoding.UTF8.GetString(item.Message!.Content.Span));
}
