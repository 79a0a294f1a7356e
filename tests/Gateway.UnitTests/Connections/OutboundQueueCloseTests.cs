using Gateway.Connections;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Connections;

/// <summary>The close frame and the FIN behind it.</summary>
internal sealed class OutboundQueueCloseTests
{
    private const int Unlimited = int.MaxValue;

    [Test]
    public async Task FIN_follows_the_close_frame_however_early_it_was_requested_and_only_once()
    {
        var (queue, output) = Opened(0);
        queue.Send(Frames.Text("waits"));
        queue.Close(Frame.Close(1000, ""), discard: false);
        queue.RequestFin();
        Assert.That(output.IsShutDown, Is.False);
        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(output.IsShutDown, Is.True);
        queue.RequestFin();
        await queue.EndAsync();
    }

    [Test]
    public void No_FIN_is_sent_with_the_close_frame()
    {
        var (queue, output) = Opened(Unlimited);
        queue.Close(Frame.Close(1000, ""), discard: false);
        Assert.That(output.IsShutDown, Is.False);
        queue.RequestFin();
        Assert.That(output.IsShutDown, Is.True);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public async Task A_close_that_goes_out_in_pieces_ends_our_half_after_its_last_byte(int first)
    {
        var (queue, output) = Opened(first);
        queue.Close(Frame.Close(1000, ""), discard: false);
        Assert.That(output.IsShutDown, Is.False);
        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(output.Sent, Has.Length.EqualTo(4));
        await queue.EndAsync();
        Assert.That(output.IsShutDown, Is.True);
    }

    [Test]
    public async Task The_close_comes_last_and_ends_our_half()
    {
        var (queue, output) = Opened(0);
        queue.Send(Frames.Text("waits"));
        queue.Close(Frame.Close(1000, ""), discard: false);
        Assert.That(queue.Send(Frames.Text("too late")), Is.EqualTo(SendResult.Closed));
        queue.Close(Frame.Close(1001, ""), discard: false);
        Assert.That(output.IsShutDown, Is.False);
        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(Frames.Split(output.Sent).Select(f => f.Opcode), Is.EqualTo(new[] { 1, 8 }));
        await queue.EndAsync();
        Assert.That(output.IsShutDown, Is.True);
    }

    [Test]
    public async Task A_close_that_comes_before_the_first_frame_reaches_the_peer()
    {
        var output = new ScriptedOutput(Unlimited);
        var queue = new OutboundQueue(output, new QueueLimits(1_000_000, 10_000), Frames.Gap);
        queue.Send(Frames.Text("early"));
        queue.Close(Frame.Close(1001, ""), discard: false);
        queue.Open(Frames.Text("welcome"));
        await queue.Completion;
        Assert.That(Frames.Split(output.Sent).Select(f => f.Opcode), Is.EqualTo(new[] { 1, 1, 8 }));
        await queue.EndAsync();
        Assert.That(output.IsShutDown, Is.True);
    }

    [Test]
    public async Task A_discarding_close_drops_what_waits_but_ends_the_frame_under_way()
    {
        var (queue, output) = Opened(3);
        queue.Send(Frames.Text("half written"));
        for (var i = 0; i < 10; i++) queue.Send(Frames.Text("dropped"));
        queue.Close(Frame.Close(4429, ""), discard: true);
        output.MakeRoom(Unlimited);
        await queue.Completion;
        Assert.That(Frames.Split(output.Sent).Select(f => f.Opcode), Is.EqualTo(new[] { 1, 8 }));
        Assert.That(Frames.Split(output.Sent)[0].Payload, Is.EqualTo("half written"));
    }

    private static (OutboundQueue Queue, ScriptedOutput Output) Opened(int room)
    {
        var output = new ScriptedOutput(room);
        var queue = new OutboundQueue(output, new QueueLimits(1_000_000, 10_000), Frames.Gap);
        queue.Open(new Frame([]));
        return (queue, output);
    }
}
