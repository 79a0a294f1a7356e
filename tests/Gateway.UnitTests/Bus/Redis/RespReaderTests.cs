using System.Text;
using Gateway.Bus.Redis.Subscribing;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class RespReaderTests
{
    private const int MaxPayload = 100;

    private const string Stream =
        "+OK\r\n*3\r\n$9\r\nsubscribe\r\n$3\r\na:b\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$3\r\na:b\r\n$4\r\n\r\n*3\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"
        + "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n-NOPERM no\r\n+PONG\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n";

    private static readonly string[] Expected =
        ["Ok ||", "Subscribed |a:b|", "Message |a:b|\r\n*3", "Pong ||", "Unsubscribed ||", "Error ||NOPERM no", "Pong ||", "Message |c|"];

    [Test]
    public void All_pushes_are_read_wherever_the_stream_is_cut()
    {
        var bytes = Encoding.ASCII.GetBytes(Stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var read = new List<string>();
            var at = ReadAll(bytes.AsSpan(0, cut), read);
            ReadAll(bytes.AsSpan(at), read);
            Assert.That(read, Is.EqualTo(Expected), $"cut at {cut}");
        }
    }

    [Test]
    public void A_byte_at_a_time_gives_the_same()
    {
        var bytes = Encoding.ASCII.GetBytes(Stream);
        var read = new List<string>();
        var at = 0;
        for (var end = 1; end <= bytes.Length; end++) at += ReadAll(bytes.AsSpan(at, end - at), read);
        Assert.That((read, at), Is.EqualTo((Expected.ToList(), bytes.Length)));
    }

    [Test]
    public void A_payload_above_the_limit_is_reported_before_it_is_received()
    {
        var push = new RespReader("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2147483647\r\n"u8, MaxPayload).Read();

        Assert.That((push.Kind, push.Length, push.ToSkip), Is.EqualTo((RespKind.OversizedMessage, 37, 2147483649L)));
    }

    [TestCase("HTTP/1.1 400")]
    [TestCase("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nabcd\r\n")]
    [TestCase("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$-1\r\n")]
    [TestCase("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$99999999999\r\n")]
    [TestCase("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$ 1\r\n")]
    [TestCase("*3\r\n$7\r\nmessage\r\n:1\r\n")]
    [TestCase("*4\r\n$8\r\npmessage\r\n")]
    [TestCase("*3\r\n$8\r\npmessage\r\n")]
    [TestCase("*-1\r\n")]
    [TestCase("*\r\n")]
    [TestCase("*2147483647\r\n")]
    [TestCase("+OK\n")]
    [TestCase("\r\n")]
    [TestCase("*3\r\n$99999\r\n")]
    public void Input_that_is_not_RESP2_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => new RespReader(Encoding.ASCII.GetBytes(text), MaxPayload).Read());

    [Test]
    public void A_line_without_an_end_is_refused_and_not_buffered() =>
        Assert.Throws<InvalidDataException>(() => new RespReader(Encoding.ASCII.GetBytes("-" + new string('x', RespReader.MaxLine)), MaxPayload).Read());

    [Test]
    public void Random_bytes_are_read_refused_or_waited_for()
    {
        var random = new Random(7);
        const string Alphabet = "*$:+-\r\n0123479abmesgpon";
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = new byte[random.Next(1, 40)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Alphabet[random.Next(Alphabet.Length)];
            try
            {
                var push = new RespReader(bytes, MaxPayload).Read();
                if (push.Length < 0 || push.Length > bytes.Length) Assert.Fail($"took {push.Length} of {bytes.Length} bytes");
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    private static int ReadAll(ReadOnlySpan<byte> bytes, List<string> read)
    {
        var at = 0;
        while (true)
        {
            var push = new RespReader(bytes[at..], MaxPayload).Read();
            if (push.Kind == RespKind.Incomplete) return at;
            read.Add($"{push.Kind} |{Encoding.ASCII.GetString(push.Channel)}|{Encoding.ASCII.GetString(push.Payload)}");
            at += push.Length;
        }
    }
}
