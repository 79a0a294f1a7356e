using System.Text;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.WebSockets;

internal sealed class MessageAssemblerTests
{
    private const int MaxBytes = 1000;
    private const int MaxFragments = 5;

    [Test]
    public void A_text_is_put_together_from_fragments_cut_at_every_byte()
    {
        var text = "aé€𝄞 \u0000 z𐍈"u8.ToArray();
        for (var one = 0; one <= text.Length; one++)
        {
            for (var two = one; two <= text.Length; two++)
            {
                var message = New();
                Assert.That(Add(message, Opcode.Text, text[..one], final: false), Is.Null);
                Assert.That(Add(message, Opcode.Continuation, text[one..two], final: false), Is.Null);
                Assert.That(Add(message, Opcode.Continuation, text[two..], final: true), Is.Null);
                Assert.That(message.Text.ToArray(), Is.EqualTo(text), $"cut at {one} and {two}");
            }
        }
    }

    [TestCase("C0AF", Description = "overlong")]
    [TestCase("E08080", Description = "overlong, three bytes")]
    [TestCase("EDA080", Description = "a surrogate")]
    [TestCase("F4908080", Description = "beyond U+10FFFF")]
    [TestCase("80", Description = "a continuation byte alone")]
    [TestCase("FF", Description = "no UTF-8 byte")]
    [TestCase("F8888080", Description = "five bytes")]
    [TestCase("E282", Description = "cut off at the end")]
    [TestCase("F09D84", Description = "cut off at the end")]
    [TestCase("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", Description = "in the middle")]
    public void A_text_that_is_not_UTF8_is_1007_wherever_it_is_cut(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var message = New();
            var fault = Add(message, Opcode.Text, bytes[..cut], final: false) ?? Add(message, Opcode.Continuation, bytes[cut..], final: true);
            Assert.That(fault?.Code, Is.EqualTo(1007), $"cut at {cut}");
        }
    }

    [Test]
    public void A_cut_off_character_is_not_finished_by_an_empty_last_fragment()
    {
        var message = New();
        Assert.That(Add(message, Opcode.Text, [0xE2, 0x82], final: false), Is.Null);
        Assert.That(Add(message, Opcode.Continuation, [], final: true)?.Code, Is.EqualTo(1007));
    }

    [Test]
    public void What_can_never_become_UTF8_is_found_in_its_own_fragment()
    {
        foreach (var bytes in new byte[][] { [0xFF], [0x80], [0xC0, 0xAF], [0xE2, 0x41], [0xF4, 0x90], [0xED, 0xA0], [0xE0, 0x80], [.. "valid"u8, 0xED, 0xA0, 0x80, .. "valid"u8] })
            Assert.That(Add(New(), Opcode.Text, bytes, final: false)?.Code, Is.EqualTo(1007), Convert.ToHexString(bytes));
    }

    [Test]
    public void Invalid_UTF8_is_found_with_the_byte_that_makes_it_invalid_though_its_frame_is_incomplete()
    {
        byte[] payload = [.. "€"u8, 0xED, 0xA0, .. new byte[100]];
        var message = New();
        message.Begin(new FrameHeader(Opcode.Text, true, payload.Length, 0, 6));
        for (var i = 0; i < 4; i++) Assert.That(AppendByte(message, payload[i]), Is.Null, $"byte {i}");
        Assert.That(AppendByte(message, payload[4])?.Code, Is.EqualTo(1007));
    }

    [Test]
    public void A_masked_frame_that_arrives_in_parts_of_any_size_is_unmasked()
    {
        var frame = ClientFrame.Text("a text of some length, longer than a vector: 0123456789").Bytes();
        var header = FrameHeader.TryRead(Segment.Join(frame), out _)!.Value;
        for (var part = 1; part < frame.Length; part++)
        {
            var message = New();
            message.Begin(header);
            for (var at = header.Size; at < frame.Length; at += part)
            {
                var buffer = Segment.Join(frame[at..Math.Min(at + part, frame.Length)]);
                Assert.That(message.Append(ref buffer), Is.Null);
            }

            Assert.That(message.IsComplete, Is.True);
            Assert.That(Encoding.UTF8.GetString(message.Text.Span), Does.EndWith("vector: 0123456789"), $"parts of {part}");
        }
    }

    [Test]
    public void The_whole_message_counts_against_the_bound_not_its_fragments()
    {
        var message = New();
        Assert.That(Add(message, Opcode.Text, new byte[MaxBytes - 1], final: false), Is.Null);
        Assert.That(message.Check(Header(Opcode.Continuation, 1, final: false)), Is.Null);
        Assert.That(message.Check(Header(Opcode.Continuation, 2, final: false))?.Code, Is.EqualTo(1009));
        Assert.That(message.Check(Header(Opcode.Continuation, long.MaxValue, final: false))?.Code, Is.EqualTo(1009));
    }

    [TestCase(int.MaxValue)]
    [TestCase(uint.MaxValue)]
    [TestCase(long.MaxValue)]
    [TestCase(MaxBytes + 1)]
    public void A_declared_length_beyond_the_bound_is_1009_before_a_byte_of_it(long length) =>
        Assert.That(New().Check(Header(Opcode.Text, length, final: true))?.Code, Is.EqualTo(1009));

    [Test]
    public void Empty_fragments_count_too()
    {
        var message = New();
        Assert.That(Add(message, Opcode.Text, [], final: false), Is.Null);
        for (var i = 1; i < MaxFragments; i++) Assert.That(Add(message, Opcode.Continuation, [], final: false), Is.Null);
        Assert.That(message.Check(Header(Opcode.Continuation, 0, final: false))?.Code, Is.EqualTo(1008));
    }

    [Test]
    public void Only_a_continuation_continues_and_only_a_text_begins()
    {
        var message = New();
        Assert.That(message.Check(Header(Opcode.Continuation, 0, final: true))?.Code, Is.EqualTo(1002));
        Assert.That(message.Check(Header(Opcode.Binary, 0, final: true))?.Code, Is.EqualTo(1003));
        Add(message, Opcode.Text, [], final: false);
        Assert.That(message.Check(Header(Opcode.Text, 0, final: true))?.Code, Is.EqualTo(1002));
        Assert.That(message.Check(Header(Opcode.Continuation, 0, final: true)), Is.Null);
    }

    [Test]
    public void After_a_reset_nothing_is_left_of_the_last_message()
    {
        var message = New();
        Add(message, Opcode.Text, [0xE2], final: false);
        message.Reset();
        Assert.That(message.InProgress, Is.False);
        Assert.That(Add(message, Opcode.Text, "next"u8.ToArray(), final: true), Is.Null);
        Assert.That(Encoding.UTF8.GetString(message.Text.Span), Is.EqualTo("next"));
    }

    private static CloseCode? AppendByte(MessageAssembler message, byte value)
    {
        var buffer = Segment.Join([value]);
        return message.Append(ref buffer);
    }

    private static MessageAssembler New() => new(MaxBytes, MaxFragments);

    private static FrameHeader Header(Opcode opcode, long length, bool final) => new(opcode, final, length, 0, 6);

    private static CloseCode? Add(MessageAssembler message, Opcode opcode, byte[] payload, bool final)
    {
        var header = Header(opcode, payload.Length, final);
        if (message.Check(header) is { } violation) return violation;
        message.Begin(header);
        var buffer = Segment.Join(payload);
        return message.Append(ref buffer);
    }
}
