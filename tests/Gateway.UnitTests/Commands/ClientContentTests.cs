using System.Text;
using Gateway.Commands;
using Gateway.Dialects.Native;
using NUnit.Framework;

namespace Gateway.UnitTests.Commands;

internal sealed class ClientContentTests
{
    [TestCase("""{"text":"hi"}""", """{"room":"r","text":"hi"}""")]
    [TestCase("\"hi\"", """{"room":"r","text":"hi"}""")]
    [TestCase("""{}""", """{"room":"r"}""")]
    [TestCase("""{"room":"other","text":"x"}""", """{"room":"r","text":"x"}""")]
    [TestCase("""{"from":"admin","from_name":"Boss","text":"x"}""", """{"room":"r","text":"x"}""")]
    [TestCase("""{"\u0066rom":"admin"}""", """{"room":"r"}""")]
    [TestCase("""{"From":"x","nested":{"from":"kept"}}""", """{"room":"r","From":"x","nested":{"from":"kept"}}""")]
    [TestCase("""{"n":1.50,"e":1e400,"a":[1, 2],"t":"é€\n<"}""", """{"room":"r","n":1.50,"e":1e400,"a":[1,2],"t":"é€\n<"}""")]
    public void What_the_gateway_knows_better_comes_first_and_replaces_what_the_client_claims(string content, string expected) =>
        Assert.That(Stamp(content), Is.EqualTo(expected));

    [TestCase("7")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("true")]
    public void What_is_neither_object_nor_string_is_no_content(string content) => Assert.That(Stamp(content), Is.Null);

    [Test]
    public void No_content_is_no_content()
    {
        using var parsed = NativeCommandReader.Parse("""{"type":"chat"}"""u8.ToArray());
        Assert.That(ClientContent.Stamp(parsed.Command!, ("room", "r")), Is.Null);
    }

    private static string? Stamp(string content)
    {
        using var parsed = NativeCommandReader.Parse(Encoding.UTF8.GetBytes($$"""{"type":"chat","content":{{content}}}"""));
        return ClientContent.Stamp(parsed.Command!, ("room", "r")) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }
}
