using System.Text;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.UnitTests.Connections;
using Gateway.WebSockets;

namespace Gateway.UnitTests.Delivery;

/// <summary>A second dialect beside the native one, whose frames are message ids. Counts its renderings.</summary>
internal class PlainDialect : Dialect
{
    public PlainDialect(int slot = 1) => Slot = slot;

    public int Rendered { get; private set; }

    public override Frame Render(Message message)
    {
        Rendered++;
        return Frame.Message(Encoding.UTF8.GetBytes(message.Id), message);
    }

    public override Frame Welcome(Welcome welcome, DateTimeOffset now) => Frames.Text("welcome");

    public override Frame Ack(string reference, ReadOnlySpan<byte> content, DateTimeOffset now) => Frames.Text("ack");

    public override Frame Pong(string? reference, DateTimeOffset now) => Frames.Text("pong");

    public override Frame Error(string? reference, int code, string message, DateTimeOffset now) => Frames.Text("error");

    public override Frame Gap(GapNotice gap, DateTimeOffset now) => Frames.Gap(gap.Target);

    public override Frame Position(Target target, Position position) => Frames.Text($"position {position.Offset}");

    public override Frame? Drain(int reconnectAfterMilliseconds, DateTimeOffset now) => null;

    public override ParsedCommand Parse(ReadOnlyMemory<byte> text) => ParsedCommand.Invalid("this dialect has no commands");
}

/// <summary>A dialect that cannot render.</summary>
internal sealed class BrokenDialect : PlainDialect
{
    public override Frame Render(Message message) => throw new InvalidOperationException("cannot render");
}
