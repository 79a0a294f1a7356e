using Gateway.Connections;
using Gateway.Contracts;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

internal sealed class OutboundQueueTests
{
    private const int Unlimited = int.MaxValue;

    private static readonly Target Room = Target.Room("r");

    [Test]
    public async Task Whatever_the_socket_takes_of_a_batch_its_bytes_go_out_whole_and_in_order()
    {
        var texts = new[] { "a", "", "bbbbbbb", new string('c', 200), "d" };
        var total = Batch(texts).Length;
        for (var first = 0; first <= total; first++)
        {
            var (queue, output) = Opened(first);
            queue.Send(Batch(texts));
            queue.Send(Frames.Text("after"));
            output.MakeRoom(Unlimited);
            await queue.Completion;
            Assert.That(Payloads(output), Is.EqualTo((string[])[.. texts, "after"]), $"{first} bytes at first");
        }
    }

    [Test]
    public async Task Room_for_one_byte_at_a_time_changes_nothing()
    {
        var (queue, output) = Opened(0);
        for (var i = 0; i < 20; i++) queue.Send(Frames.Text($"text {i}"));
        queue.Close(Frame.Close(1000, "bye"), discard: false);
        while (!queue.Completion.IsCompleted)
        {
            output.MakeRoom(1);
            await Task.Yield();
        }

        Assert.That(Payloads(output)[..^1], Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"text {i}")));
        await queue.EndAsync();
        Assert.That(output.IsShutDown, Is.True);
    }

    [Test]
    public void While_nothing_waits_each_send_is_one_write_on_the_callers_thread()
    {
        var (queue, output) = Opened(Unlimited);
        Assert.That(queue.Send(Frames.Text("one")), Is.EqualTo(SendResult.Sent));
        Assert.That(queue.Send(Batch("two", "three")), Is.EqualTo(SendResult.Sent));
        Assert.That(output.Writes, Is.EqualTo(1 + 2));
        Assert.That(Payloads(output), Is.EqualTo(new[] { "one", "two", "three" }));
    }

    [Test]
    public async Task What_waits_goes_out_in_one_write()
    {
        var (queue, output) = Opened(0);
        for (var i = 0; i < 100; i++) Assert.That(queue.Send(Frames.Text($"{i}")), Is.EqualTo(SendResult.Queued));
        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(Payloads(output), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
        Assert.That(output.Writes, Is.LessThanOrEqualTo(6));
        Assert.That(queue.Send(Frames.Text("direct again")), Is.EqualTo(SendResult.Sent));
    }

    [Test]
    public async Task Nothing_goes_out_before_the_first_frame()
    {
        var output = new ScriptedOutput(Unlimited);
        var queue = New(output);
        queue.Send(Frames.Text("early"));
        queue.Send(Batch("early too", "and this"));
        Assert.That(output.Writes, Is.Zero);
        queue.Open(Frames.Text("welcome"));
        queue.Send(Frames.Text("late"));
        await queue.Completion;
        Assert.That(Payloads(output), Is.EqualTo(new[] { "welcome", "early", "early too", "and this", "late" }));
    }

    [Test]
    public void What_does_not_fit_is_an_overflow_and_no_wait()
    {
        var (queue, _) = Opened(0, new QueueLimits(100, 2));
        queue.Send(Frames.Text("on its way"));
        Assert.That(queue.Send(Frames.Text("1")), Is.EqualTo(SendResult.Queued));
        Assert.That(queue.Send(Batch("2", "3")), Is.EqualTo(SendResult.Overflow));
    }

    [Test]
    public async Task A_room_that_drops_its_oldest_never_overflows()
    {
        var (queue, output) = Opened(0, new QueueLimits(10_000, 3));
        queue.Send(Frames.Text("on its way"));
        for (var i = 0; i < 50; i++)
        {
            var batch = new FrameBatch { Overflow = OverflowPolicy.DropOldest };
            batch.Add(Frames.Message($"{i}", Room));
            batch.Join();
            Assert.That(queue.Send(batch), Is.EqualTo(SendResult.Queued));
        }

        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(Payloads(output), Is.EqualTo(new[] { "on its way", "gap room:r", "47", "48", "49" }));
    }

    [Test]
    public void A_broken_socket_takes_nothing_more()
    {
        var (queue, output) = Opened(Unlimited);
        output.BreakIt();
        Assert.That(queue.Send(Frames.Text("x")), Is.EqualTo(SendResult.Closed));
        queue.Close(Frame.Close(1000, ""), discard: false);
        Assert.That(output.Writes, Is.EqualTo(2));
        Assert.That(queue.Completion.IsCompleted, Is.True);
    }

    [Test]
    public async Task A_socket_that_breaks_while_frames_wait_ends_the_writer()
    {
        var (queue, output) = Opened(0);
        for (var i = 0; i < 10; i++) queue.Send(Frames.Text("x"));
        output.BreakIt();
        await queue.Completion;
        Assert.That(queue.Send(Frames.Text("x")), Is.EqualTo(SendResult.Closed));
        Assert.That(output.IsShutDown, Is.False);
    }

    [Test]
    public async Task Many_senders_at_once_mix_frames_but_never_their_bytes()
    {
        var (queue, output) = Opened(0, new QueueLimits(Unlimited, Unlimited));
        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                if (i % 3 == 0) queue.Send(Batch($"{sender}:{i}a", $"{sender}:{i}b"));
                else queue.Send(Frames.Text($"{sender}:{i}"));
                output.MakeRoom(i % 7);
            }
        }));
        await Task.WhenAll(senders);
        output.MakeRoom(Unlimited / 2);
        queue.Close(Frame.Close(1000, ""), discard: false);
        await queue.Completion;
        var payloads = Payloads(output)[..^1];
        for (var sender = 0; sender < 4; sender++)
        {
            var own = payloads.Where(p => p.StartsWith($"{sender}:", StringComparison.Ordinal));
            var expected = Enumerable.Range(0, 1_000).SelectMany(i => i % 3 == 0 ? new[] { $"{sender}:{i}a", $"{sender}:{i}b" } : [$"{sender}:{i}"]);
            Assert.That(own, Is.EqualTo(expected));
        }
    }

    private static (OutboundQueue Queue, ScriptedOutput Output) Opened(int room, QueueLimits? limits = null)
    {
        // The greeting is a frame without bytes here, so that what a test counts is its own.
        var output = new ScriptedOutput(room);
        var queue = New(output, limits);
        queue.Open(new Frame([]));
        return (queue, output);
    }

    private static OutboundQueue New(ScriptedOutput output, QueueLimits? limits = null) =>
        new(output, limits ?? new QueueLimits(1_000_000, 10_000), Frames.Gap);

    private static FrameBatch Batch(params string[] texts)
    {
        var batch = new FrameBatch();
        foreach (var text in texts) batch.Add(Frames.Text(text));
        batch.Join();
        return batch;
    }

    private static List<string> Payloads(ScriptedOutput output) => [.. Frames.Split(output.Sent).Select(f => f.Payload)];
}
