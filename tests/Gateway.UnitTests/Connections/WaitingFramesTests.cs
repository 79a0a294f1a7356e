using Gateway.Connections;
using Gateway.Contracts;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

internal sealed class WaitingFramesTests
{
    private static readonly Target Room = Target.Room("r");
    private static readonly Target Other = Target.Room("o");

    [Test]
    public void Frames_come_out_in_the_order_they_went_in()
    {
        var waiting = new WaitingFrames(new(10_000, 100));
        for (var i = 0; i < 50; i++) Assert.That(waiting.TryAdd(Frames.Text($"{i}"), OverflowPolicy.Close), Is.True);
        Assert.That(All(waiting), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        Assert.That((waiting.Count, waiting.Bytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public void One_frame_always_fits_and_the_next_does_not()
    {
        var waiting = new WaitingFrames(new(10, 100));
        Assert.That(waiting.TryAdd(Frames.Text(new string('x', 1000)), OverflowPolicy.Close), Is.True);
        Assert.That(waiting.TryAdd(Frames.Text("y"), OverflowPolicy.Close), Is.False);
    }

    [Test]
    public void The_bounds_are_exact()
    {
        var byCount = new WaitingFrames(new(10_000, 3));
        for (var i = 0; i < 3; i++) Assert.That(byCount.TryAdd(Frames.Text("x"), OverflowPolicy.Close), Is.True);
        Assert.That(byCount.TryAdd(Frames.Text("x"), OverflowPolicy.Close), Is.False);

        var byBytes = new WaitingFrames(new(30, 100));
        for (var i = 0; i < 3; i++) Assert.That(byBytes.TryAdd(Frames.Text("12345678"), OverflowPolicy.Close), Is.True);
        Assert.That(byBytes.TryAdd(Frames.Text(""), OverflowPolicy.Close), Is.False);
    }

    [Test]
    public void A_newer_message_replaces_the_one_with_its_key_in_its_target_only()
    {
        var waiting = new WaitingFrames(new(10_000, 100));
        waiting.TryAdd(Frames.Message("a1", Room, "a"), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Message("b1", Room, "b"), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Message("other", Other, "a"), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Message("none", Room), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Message("a2", Room, "a"), OverflowPolicy.Close);
        Assert.That(All(waiting), Is.EqualTo(new[] { "b1", "other", "none", "a2" }));
    }

    [Test]
    public void A_replacement_fits_where_there_is_room_only_for_what_it_replaces()
    {
        var waiting = new WaitingFrames(new(10_000, 2));
        waiting.TryAdd(Frames.Text("first"), OverflowPolicy.Close);
        for (var i = 0; i < 100; i++) Assert.That(waiting.TryAdd(Frames.Message($"{i}", Room, "k"), OverflowPolicy.Close), Is.True);
        Assert.That(All(waiting), Is.EqualTo(new[] { "first", "99" }));
    }

    [Test]
    public void Drop_oldest_keeps_the_newest_of_the_room_and_sends_one_gap_before_them()
    {
        var waiting = new WaitingFrames(new(10_000, 4));
        for (var i = 0; i < 10; i++) Assert.That(waiting.TryAdd(Frames.Message($"{i}", Room), OverflowPolicy.DropOldest), Is.True);
        Assert.That(All(waiting), Is.EqualTo(new[] { "gap room:r", "6", "7", "8", "9" }));
    }

    [Test]
    public void Drop_oldest_drops_no_response_and_no_message_of_another_room()
    {
        var waiting = new WaitingFrames(new(10_000, 4));
        waiting.TryAdd(Frames.Text("ack"), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Message("o", Other), OverflowPolicy.DropOldest);
        waiting.TryAdd(Frame.Control(Opcode.Pong, "p"u8), OverflowPolicy.Close);
        for (var i = 0; i < 10; i++) waiting.TryAdd(Frames.Message($"{i}", Room), OverflowPolicy.DropOldest);
        Assert.That(All(waiting), Is.EqualTo(new[] { "gap room:r", "ack", "o", "p", "9" }));
    }

    [Test]
    public void A_message_that_finds_only_others_waiting_is_the_one_dropped()
    {
        var waiting = new WaitingFrames(new(10_000, 2));
        waiting.TryAdd(Frames.Text("ack1"), OverflowPolicy.Close);
        waiting.TryAdd(Frames.Text("ack2"), OverflowPolicy.Close);
        Assert.That(waiting.TryAdd(Frames.Message("m", Room), OverflowPolicy.DropOldest), Is.True);
        Assert.That(All(waiting), Is.EqualTo(new[] { "gap room:r", "ack1", "ack2" }));
    }

    [Test]
    public void A_closing_frame_is_taken_beyond_the_bounds()
    {
        var waiting = new WaitingFrames(new(10, 1));
        waiting.TryAdd(Frames.Text("x"), OverflowPolicy.Close);
        waiting.Add(Frames.Text("close"));
        Assert.That(All(waiting), Is.EqualTo(new[] { "x", "close" }));
    }

    [Test]
    public void A_take_ends_after_the_frame_that_fills_it()
    {
        var waiting = new WaitingFrames(new(10_000, 100));
        for (var i = 0; i < 4; i++) waiting.TryAdd(Frames.Text(new string('x', 98)), OverflowPolicy.Close);
        var taken = new List<Frame>();
        Assert.That(waiting.Take(150, Frames.Gap, taken), Is.True);
        Assert.That(taken, Has.Count.EqualTo(2));
        Assert.That((waiting.Count, waiting.Bytes), Is.EqualTo((2, 200)));
    }

    [Test]
    public void Frames_that_were_replaced_or_dropped_leave_no_trace_while_the_first_one_is_stuck()
    {
        var waiting = new WaitingFrames(new(10_000, 4));
        waiting.TryAdd(Frames.Text("stuck"), OverflowPolicy.Close);
        var message = Frames.Message("m", Room);
        var keyed = Frames.Message("k", Other, "k");
        for (var i = 0; i < 2_000; i++)
        {
            waiting.TryAdd(message, OverflowPolicy.DropOldest);
            waiting.TryAdd(keyed, OverflowPolicy.Close);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            waiting.TryAdd(message, OverflowPolicy.DropOldest);
            waiting.TryAdd(keyed, OverflowPolicy.Close);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000));
        Assert.That(waiting.Count, Is.EqualTo(4));
    }

    private static List<string> All(WaitingFrames waiting)
    {
        var taken = new List<Frame>();
        while (waiting.Take(1, Frames.Gap, taken))
        {
            if (waiting.Count == 0) break;
        }

        return [.. taken.Select(Frames.Payload)];
    }
}
