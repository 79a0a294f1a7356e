using System.Text;
using System.Text.Json;
using Gateway.Dialects;
using Gateway.Dialects.Native;
using NUnit.Framework;

namespace Gateway.UnitTests.Dialects.Native;

internal sealed class NativeCommandReaderTests
{
    [Test]
    public void All_fields_are_read()
    {
        using var parsed = Parse("""{"type":"chat","content":{"a":[1]},"room":"r","to":"u","ref":"x","id":"m-1","unknown":7}""");
        var command = parsed.Command!;
        Assert.Multiple(() =>
        {
            Assert.That((command.Type, command.Reference, command.Room, command.To, command.Id), Is.EqualTo(("chat", "x", "r", "u", "m-1")));
            Assert.That(command.Content.GetRawText(), Is.EqualTo("""{"a":[1]}"""));
        });
    }

    [TestCase("""{"type":"ping"}""")]
    [TestCase("""  {"type":"ping"}  """)]
    [TestCase("""{"type":"p\u0069ng"}""")]
    [TestCase("""{"\u0074ype":"ping"}""")]
    [TestCase("""{"type":"ping","ref":null,"room":null,"to":null,"id":null,"content":null}""")]
    [TestCase("""{"type":"ping","content":"\ud83d\ude00 \\ud800"}""")]
    [TestCase("""{"type":"ping","content":[[[[[[[[[[[[[[]]]]]]]]]]]]]]}""")]
    public void What_is_good_is_taken(string json)
    {
        using var parsed = Parse(json);
        Assert.That(parsed.Error, Is.Null);
        Assert.That(parsed.Command!.Type, Is.EqualTo("ping"));
    }

    [TestCase("7", "7")]
    [TestCase("\"7\"", "7")]
    [TestCase("1e999", "1e999")]
    [TestCase("\"\"", "")]
    public void A_reference_may_be_a_number_and_comes_back_as_text(string json, string expected)
    {
        using var parsed = Parse($$"""{"type":"ping","ref":{{json}}}""");
        Assert.That(parsed.Command!.Reference, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("ping")]
    [TestCase("{")]
    [TestCase("""{"type":"ping"}}""")]
    [TestCase("""{"type":"ping"} {}""")]
    [TestCase("""{"type":"ping",}""")]
    [TestCase("""{'type':'ping'}""")]
    [TestCase("""{"type":"ping"/*x*/}""")]
    [TestCase("{\"type\":\"pi\u0000ng\"}")]
    [TestCase("\uFEFF{\"type\":\"ping\"}")]
    [TestCase("""{"type":NaN}""")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"ping\"")]
    [TestCase("{}")]
    [TestCase("""{"type":null}""")]
    [TestCase("""{"type":7}""")]
    [TestCase("""{"type":["ping"]}""")]
    [TestCase("""{"type":"ping","room":[7]}""")]
    [TestCase("""{"type":"ping","to":{}}""")]
    [TestCase("""{"type":"ping","ref":{}}""")]
    [TestCase("""{"type":"ping","ref":true}""")]
    [TestCase("""{"type":"ping","id":""}""")]
    [TestCase("""{"type":"ping","id":"with blank"}""")]
    [TestCase("""{"type":"ping","type":"pong"}""")]
    [TestCase("""{"type":"ping","\u0074ype":"pong"}""")]
    [TestCase("""{"type":"ping","content":{"a":1,"a":2}}""")]
    [TestCase("""{"type":"\ud800"}""")]
    [TestCase("""{"type":"\udc00\ud800"}""")]
    [TestCase("""{"\ud800":1,"type":"ping"}""")]
    [TestCase("""{"\ud800":1,"\ud800":2}""")]
    [TestCase("""{"type":"ping","content":{"deep":["\ud800x"]}}""")]
    [TestCase("""{"type":"ping","content":"\uD800\u0041"}""")]
    public void An_invalid_command_is_400_with_a_text(string json)
    {
        using var parsed = Parse(json);
        Assert.That(parsed.Command, Is.Null);
        Assert.That(parsed.Code, Is.EqualTo(400));
        Assert.That(parsed.Error, Is.Not.Empty);
    }

    [TestCase(17)]
    [TestCase(100)]
    [TestCase(10_000)]
    [TestCase(100_000)]
    public void Nesting_is_bounded(int depth)
    {
        using var parsed = Parse("""{"type":"ping","content":""" + new string('[', depth) + new string(']', depth) + "}");
        Assert.That((parsed.Command, parsed.Code), Is.EqualTo(((Command?)null, 413)));
    }

    [Test]
    public void Ten_thousand_properties_are_read_and_a_double_among_them_found()
    {
        var many = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":{i}"));
        using var good = Parse($$$"""{"type":"ping","content":{{{{many}}}}}""");
        using var bad = Parse($$$"""{"type":"ping","content":{{{{many}}},"k77":1}}""");
        Assert.That((good.Code, bad.Code), Is.EqualTo((0, 400)));
    }

    [Test]
    public void The_reference_of_an_invalid_command_is_kept_for_the_error()
    {
        using var parsed = Parse("""{"ref":"r1","type":7}""");
        Assert.That((parsed.Reference, parsed.Code), Is.EqualTo(("r1", 400)));
    }

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void A_reference_is_bounded(int length, bool good)
    {
        using var parsed = Parse($$"""{"type":"ping","ref":"{{new string('x', length)}}"}""");
        Assert.That(parsed.Command is not null, Is.EqualTo(good));
    }

    [Test]
    public void Nothing_that_random_bytes_do_throws()
    {
        var random = new Random(5);
        var good = Encoding.UTF8.GetBytes("""{"type":"chat","content":{"text":"\ud83d\ude00\n","room":"a"},"ref":1e5,"id":"x"}""");
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var n = random.Next(4); n >= 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(128);
            using var parsed = NativeCommandReader.Parse(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            Assert.That(parsed.Command is null, Is.EqualTo(parsed.Error is not null));

            // What was let through can be written out again.
            if (parsed.Command is { Content.ValueKind: not JsonValueKind.Undefined } command) JsonSerializer.SerializeToUtf8Bytes(command.Content);
        }
    }

    private static ParsedCommand Parse(string json) => NativeCommandReader.Parse(Encoding.UTF8.GetBytes(json));
}
