using System.Text;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.FunctionalTests.Bus;

internal sealed class KeepingReceiver : IMessageReceiver
{
    private readonly Lock _gate = new();
    private readonly List<Message> _messages = [];
    private readonly List<(Target Target, int After)> _interruptions = [];
    private volatile HeldReceiver? _held;

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
        _held?.Receive();
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

    /// <summary>Blocks whoever delivers the next message until it is released; the action is called for each message.</summary>
    public HeldReceiver Hold(Action received) => _held = new HeldReceiver(received);

    public Task Until(int count) => TestTimeout.Until(() => Count >= count, $"{count} messages to arrive");

    /// <summary>Contents of what has come for this target, in order.</summary>
    public IReadOnlyList<string> For(Target target) => [.. All.Where(m => m.Target == target).Select(Content)];

    public static string Content(Message message) => Encoding.UTF8.GetString(message.Content.Span);
}

/// <summary>A receiver that does not return.</summary>
internal sealed class HeldReceiver(Action received) : IDisposable
{
    private readonly ManualResetEventSlim _released = new();

    public void Release() => _released.Set();

    public void Receive()
    {
        _released.Wait(TestTimeout.Limit);
        received();
    }

    public void Dispose() => _released.Set();
}
