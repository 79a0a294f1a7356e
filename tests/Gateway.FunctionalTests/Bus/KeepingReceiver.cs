using System.Text;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.FunctionalTests.Bus;

internal sealed class KeepingReceiver : IMessageReceiver
{
    private readonly Lock _gate = new();
    private readonly List<Message> _messages = [];
    private readonly List<(Target Target, int After)> _interruptions = [];

    public int Count
    {
        get
        {
            lock (_gate) return _messages.Count;
        }
    }

    public IReadOnlyList<Message> All
    {
        get
        {
            lock (_gate) return [.. _messages];
        }
    }

    public void Receive(Message message)
    {
        lock (_gate) _messages.Add(message);
    }

    /// <summary>Each target whose subscription was restored, and how many of its messages had come before.</summary>
    public IReadOnlyList<(Target Target, int After)> Interruptions
    {
        get
        {
            lock (_gate) return [.. _interruptions];
        }
    }

    public void Interrupted(Interruption interruption)
    {
        lock (_gate) _interruptions.Add((interruption.Target, _messages.Count(m => m.Target == interruption.Target)));
    }

    public Task Until(int count) => TestTimeout.Until(() => Count >= count, $"{count} messages to arrive");

    /// <summary>Contents of what has come for this target, in order.</summary>
    public IReadOnlyList<string> For(Target target) => [.. All.Where(m => m.Target == target).Select(Content)];

    public static string Content(Message message) => Encoding.UTF8.GetString(message.Content.Span);
}
