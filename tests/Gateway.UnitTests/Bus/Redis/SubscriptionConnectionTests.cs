using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Subscribing;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class SubscriptionConnectionTests
{
    private const int Large = 200 * 1024;

    [Test]
    public void A_receive_buffer_grown_by_a_large_message_shrinks_when_none_came_between_two_pings()
    {
        var large = $"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n${Large}\r\n{new string('x', Large)}\r\n";
        using var stream = new ScriptedStream(large + "+PONG\r\n", large + "+PONG\r\n", "+PONG\r\n", "+PONG\r\n", "+PONG\r\n");
        var receiver = new Receiver();
        receiver.Connection = new SubscriptionConnection(new RedisSocket(NewSocket(), stream, IPAddress.Loopback), TimeProvider.System);

        Assert.Throws<EndOfStreamException>(() => receiver.Connection.Read(receiver));

        Assert.That((receiver.Messages, receiver.Pongs), Is.EqualTo((2, 5)));
        Assert.That(stream.BufferSizes.Max(), Is.GreaterThan(Large), "it grew");
        Assert.That(stream.BufferSizes[^1], Is.EqualTo(SubscriptionConnection.BufferSize));
    }

    [TestCase("", "LLLLLL", ExpectedResult = 6)]
    [TestCase("the last read takes what is left", "LLLLLs", ExpectedResult = 6)]
    [TestCase("it caught up", "LLLLss", ExpectedResult = 0)]
    [TestCase("it caught up, and was behind again", "LLLssLLL", ExpectedResult = 3)]
    [TestCase("it had to wait", "sLsLsLs", ExpectedResult = 2)]
    [TestCase("it was never behind", "ssss", ExpectedResult = 0)]
    public double How_long_the_reader_was_behind_at_the_end_is_known(string why, string reads)
    {
        var time = new FakeTime();
        using var stream = new ScriptedStream([.. reads.Select(read => string.Concat(Enumerable.Repeat("+PONG\r\n", read == 'L' ? 3_000 : 3)))]) { OnRead = () => time.Advance(1) };
        var connection = new SubscriptionConnection(new RedisSocket(NewSocket(), stream, IPAddress.Loopback), time);

        Assert.Throws<EndOfStreamException>(() => connection.Read(new Receiver { Connection = connection }));

        return connection.BehindFor.TotalSeconds;
    }

    [Test]
    public async Task Send_buffers_grown_by_many_commands_are_released()
    {
        const int Size = 64 * 1024 * 1024;
        using var stream = new ScriptedStream();
        var connection = new SubscriptionConnection(new RedisSocket(NewSocket(), stream, IPAddress.Loopback), TimeProvider.System);
        connection.Send("first"u8);
        await TestTimeout.Until(() => stream.Written == 5, "the first command");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        connection.Send(new byte[Size]);
        await TestTimeout.Until(() => stream.Written == Size + 5, "the commands to be sent");
        connection.Send("last"u8);
        await TestTimeout.Until(() => stream.Written == Size + 9, "the last command");

        await TestTimeout.Until(() => GC.GetTotalMemory(forceFullCollection: true) - before < Size / 2, "the buffers to be released");
        GC.KeepAlive(connection);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private sealed class Receiver : IPushReceiver
    {
        public SubscriptionConnection Connection { get; set; } = null!;

        public int Messages { get; private set; }

        public int Pongs { get; private set; }

        public void Receive(in RespPush push)
        {
            if (push.Kind == RespKind.Message && push.Payload.Length == Large) Messages++;
            if (push.Kind != RespKind.Pong) return;
            Pongs++;
            Connection.ShrinkReceiveBuffer();
        }

        public void Drained()
        {
        }
    }

    /// <summary>Gives one text after another, then ends; counts what is written.</summary>
    private sealed class ScriptedStream(params string[] texts) : Stream
    {
        private readonly Queue<byte[]> _texts = new(texts.Select(Encoding.ASCII.GetBytes));
        private byte[] _current = [];
        private long _written;

        public List<int> BufferSizes { get; } = [];

        public Action? OnRead { get; init; }

        public long Written => Interlocked.Read(ref _written);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            BufferSizes.Add(buffer.Length);
            OnRead?.Invoke();
            if (_current.Length == 0 && !_texts.TryDequeue(out _current!)) return 0;
            var taken = Math.Min(count, _current.Length);
            _current.AsSpan(0, taken).CopyTo(buffer.AsSpan(offset));
            _current = _current[taken..];
            return taken;
        }

        public override void Write(byte[] buffer, int offset, int count) => Interlocked.Add(ref _written, count);

        public override void Write(ReadOnlySpan<byte> buffer) => Interlocked.Add(ref _written, buffer.Length);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
