using System.Text;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.UnitTests.Connections;

namespace Gateway.UnitTests.Delivery;

/// <summary>A second dialect beside the native one: the id and nothing else. Counts how often it rendered.</summary>
internal class PlainDialect(int slot = 1) : Dialect
{
    public int Rendered { get; private set; }

    public override int Slot => slot;

    public override Frame Render(Message message)
    {
        Rendered++;
        return Frame.Message(Encoding.UTF8.GetBytes(message.Id), message);
    }

    public override Frame Welcome(string clientId, DateTimeOffset now, bool degraded) => Frames.Text("welcome");

    public override Frame Ack(string reference, ReadOnlySpan<byte> content, DateTimeOffset now) => Frames.Text("ack");

    public override Frame Pong(string? reference, DateTimeOffset now) => Frames.Text("pong");

    public override Frame Error(string? reference, int code, string message, DateTimeOffset now) => Frames.Text("error");

    public override Frame Gap(Target target, DateTimeOffset now) => Frames.Gap(target);

    public override Frame? Drain(int reconnectAfterMilliseconds, DateTimeOffset now) => null;

    public override ParsedCommand Parse(ReadOnlyMemory<byte> text) => ParsedCommand.Bad("it speaks only");
}

/// <summary>A dialect with a fault.</summary>
internal sealed class BrokenDialect : PlainDialect
{
    public override Frame Render(Message message) => throw new InvalidOperationException("a fault");
}
