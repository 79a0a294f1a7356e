using System.Text;
using Gateway.LoadTest.Client;
using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Publish;
using NUnit.Framework;

namespace Gateway.UnitTests.LoadTest;

/// <summary>Bytes as they come off a socket, in any portions.</summary>
internal sealed class ReceiverTests
{
    private const byte Phase = 7;
    private readonly List<byte> _control = [];
    private Receiver _receiver = null!;
    private ClientConnection _connection = null!;

    [SetUp]
    public void Begin()
    {
        _control.Clear();
        _receiver = new Receiver((_, frame, _) => _control.Add(frame.Opcode));
        _receiver.StartPhase(Phase);
        _connection = new ClientConnection(0, 0, [0]) { State = ClientState.Live, Sampled = true };
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100_000)]
    public void Every_message_is_found_however_the_bytes_are_cut(int portion)
    {
        byte[] bytes = [.. Text(0, 200), .. Frame.Unmasked(Frame.Ping, "p"u8), .. Text(1, 60), .. Text(2, 70_000), .. Text(3, 200)];
        Feed(bytes, portion);

        Assert.That(_receiver.Counters.Messages, Is.EqualTo(4));
        Assert.That(_receiver.Counters.Missing, Is.Zero);
        Assert.That(_receiver.Latency.Count, Is.EqualTo(4));
        Assert.That(_control, Is.EqualTo([Frame.Ping]));
    }

    [Test]
    public void Several_messages_in_one_frame_all_count()
    {
        Feed(Frame.Unmasked(Frame.Text, Encoding.ASCII.GetBytes(Message(0, 100) + "\u001e" + Message(1, 100) + "\u001e")), 1000);
        Assert.That(_receiver.Counters.Messages, Is.EqualTo(2));
    }

    [Test]
    public void A_fragmented_message_is_put_together()
    {
        var text = Encoding.ASCII.GetBytes(Message(0, 100));
        var (first, second) = (Frame.Unmasked(Frame.Text, text.AsSpan(0, 50)), Frame.Unmasked(Frame.Continuation, text.AsSpan(50)));
        first[0] &= 0x7F;
        Feed([.. first, .. Frame.Unmasked(Frame.Ping, ""u8), .. second, .. Text(1, 100)], 10);

        Assert.That(_receiver.Counters.Messages, Is.EqualTo(2));
        Assert.That(_control, Is.EqualTo([Frame.Ping]));
    }

    [Test]
    public void A_gap_a_double_and_a_message_of_another_phase_are_told_apart()
    {
        Feed([.. Text(0, 99), .. Text(2, 99), .. Text(2, 99), .. Text(3, 99, phase: Phase + 1), .. Text(0, 99, key: 5)], 1000);

        Assert.That(_receiver.Counters.Messages, Is.EqualTo(2));
        Assert.That(_receiver.Counters.Missing, Is.EqualTo(1));
        Assert.That(_receiver.Counters.Doubled, Is.EqualTo(1));
        Assert.That(_receiver.Counters.Misdirected, Is.EqualTo(1));
    }

    [Test]
    public void A_published_message_has_the_size_that_was_asked_for() =>
        Assert.That(Message(0, 200), Has.Length.EqualTo(200));

    [Test]
    public void A_marker_reads_back_as_it_was_written()
    {
        var bytes = new byte[Marker.Length];
        Marker.Write(bytes, Phase, 0xDEADBEEF, 0x01234567, 0x0FEDCBA987654321);

        Assert.That(Marker.Read(bytes), Is.EqualTo(new Marker(0xDEADBEEF, 0x01234567)));
        Assert.That(Marker.ReadTime(bytes), Is.EqualTo(0x0FEDCBA987654321));
    }

    private void Feed(byte[] bytes, int portion)
    {
        byte[] waiting = [];
        foreach (var part in bytes.Chunk(portion))
        {
            waiting = [.. waiting, .. part];
            waiting = waiting[_receiver.Take(_connection, waiting)..];
        }

        Assert.That(waiting, Is.Empty);
    }

    private static byte[] Text(long n, int size, byte phase = Phase, int key = 0) =>
        Frame.Unmasked(Frame.Text, Encoding.ASCII.GetBytes(Message(n, size, phase, key)));

    private static string Message(long n, int size, byte phase = Phase, int key = 0)
    {
        var plan = new PublishPlan { Phase = phase, Rate = 1, Total = 1, Size = size, Keys = key + 1 };
        return plan.Message(n * (key + 1) + key, now: 1);
    }
}
