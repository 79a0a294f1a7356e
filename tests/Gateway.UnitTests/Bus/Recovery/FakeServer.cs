using System.Globalization;
using System.Text;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>
/// A server with logs, and a pod's two connections to it. What it sends on the subscription connection waits until the test passes it
/// on, and its replies to reads wait until the test sends them. Rooms whose name begins with <c>plain</c> have no history.
/// </summary>
internal sealed class FakeServer : IMessageSubscriber, IMessageHistory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Target, ServerLog> _logs = [];
    private readonly Dictionary<Target, TaskCompletionSource> _subscribed = [];
    private readonly HashSet<Target> _confirmed = [];
    private readonly Queue<Action> _channel = new();
    private readonly List<(string Kind, Action Reply)> _calls = [];
    private IMessageReceiver _receiver = null!;
    private int _epochs;

    public bool IsConnected { get; private set; } = true;

    /// <summary>While set, every read of a log or of places fails.</summary>
    public bool FailsReads { get; set; }

    /// <summary>True: a read sees what is there when the server gets it, not what is there when the reply is sent.</summary>
    public bool ReadsOnArrival { get; set; }

    /// <summary>The most messages of a page, whatever was asked for.</summary>
    public int PageLimit { get; set; } = int.MaxValue;

    public int UnansweredCalls
    {
        get
        {
            lock (_gate) return _calls.Count;
        }
    }

    public int InFlight => _channel.Count;

    /// <summary>The kinds of all calls in their order: <c>read</c> or <c>places:count</c>.</summary>
    public List<string> Calls { get; } = [];

    public ServerLog LogOf(Target target)
    {
        lock (_gate) return _logs.TryGetValue(target, out var log) ? log : _logs[target] = new ServerLog(NewEpoch());
    }

    public void Start(IMessageReceiver receiver)
    {
        _receiver = receiver;
        _ = SubscribeAsync(Target.All);
    }

    public Task SubscribeAsync(Target target)
    {
        if (_subscribed.TryGetValue(target, out var known)) return known.Task;
        // Its continuations run at once, so that a test need not wait for them.
        var subscribed = new TaskCompletionSource();
        _subscribed.Add(target, subscribed);
        if (IsConnected) _channel.Enqueue(() => Confirm(target, subscribed));
        return subscribed.Task;
    }

    public Task UnsubscribeAsync(Target target)
    {
        _confirmed.Remove(target);
        if (_subscribed.Remove(target, out var subscribed)) subscribed.TrySetCanceled();
        return Task.CompletedTask;
    }

    /// <summary>Numbers, keeps and sends a message; <paramref name="arrives"/> = false loses it on its way to the pod.</summary>
    public Message Publish(Target target, bool arrives = true, int size = 0)
    {
        var message = Message(target, size);
        if (Keeps(target)) message = LogOf(target).Add(message);
        if (arrives) Send(message);
        return message;
    }

    /// <summary>A message without a number.</summary>
    public Message PublishPlain(Target target)
    {
        var message = Message(target, size: 0);
        Send(message);
        return message;
    }

    /// <summary>Something else that comes by the channel, whatever the log says.</summary>
    public void Send(Message message)
    {
        if (!IsConnected || !_subscribed.TryGetValue(message.Target, out var subscription)) return;
        _channel.Enqueue(() =>
        {
            if (_subscribed.ContainsKey(message.Target)) _receiver.Receive(message);
        });
    }

    /// <summary>The log of this target is lost, and its counter with it.</summary>
    public void Lose(Target target) => LogOf(target).Restart(NewEpoch());

    /// <summary>The connection ends; what was sent but not read yet may be lost with it.</summary>
    public void Disconnect(int unread = 0)
    {
        IsConnected = false;
        while (_channel.Count > unread) _channel.Dequeue();
    }

    public void Reconnect()
    {
        if (IsConnected) return;
        IsConnected = true;
        foreach (var (target, subscribed) in _subscribed) _channel.Enqueue(() => Confirm(target, subscribed));
    }

    /// <summary>The pod reads what was sent, then flushes.</summary>
    public void Pass(int count = int.MaxValue)
    {
        for (; count > 0 && _channel.TryDequeue(out var next); count--) next();
        _receiver.Flush();
    }

    /// <summary>Sends the reply to one of the calls that wait.</summary>
    public void Reply(int index = 0)
    {
        Action reply;
        lock (_gate)
        {
            if (_calls.Count == 0) return;
            reply = _calls[index % _calls.Count].Reply;
            _calls.RemoveAt(index % _calls.Count);
        }

        Inline(reply);
    }

    public bool Keeps(Target target) => !target.Name.StartsWith("plain", StringComparison.Ordinal);

    public Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation) =>
        Call($"places:{targets.Count}", () => targets.Select(target => LogOf(target).Current).ToArray());

    public Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation) =>
        Call("read", () => LogOf(target).Read(range.After, Math.Min(range.Limit, PageLimit)));

    private Task<T> Call<T>(string kind, Func<T> read)
    {
        var reply = new TaskCompletionSource<T>();
        lock (_gate)
        {
            Calls.Add(kind);
            var early = ReadsOnArrival ? new Lazy<T>(read()) : new Lazy<T>(read);
            _calls.Add((kind, () =>
            {
                if (FailsReads) reply.SetException(new BusUnavailableException("the server is away"));
                else reply.SetResult(early.Value);
            }));
        }

        return reply.Task;
    }

    private void Confirm(Target target, TaskCompletionSource subscribed)
    {
        if (!_subscribed.TryGetValue(target, out var current) || current != subscribed) return;
        if (!_confirmed.Add(target)) _receiver.Interrupted(new Interruption(target, IsFromHistory: false));
        // Who awaits it has the test's context, and runs inside the call.
        subscribed.TrySetResult();
    }

    /// <summary>The subject's own work has no context: without the test's, what awaits the reply runs inside the call.</summary>
    private static void Inline(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static Message Message(Target target, int size) => new()
    {
        Id = "",
        Type = "chat",
        Target = target,
        Timestamp = 0,
        Content = size == 0 ? Gateway.Contracts.Message.Null : Encoding.ASCII.GetBytes(new string('1', size)),
    };

    private string NewEpoch() => "e" + (++_epochs).ToString(CultureInfo.InvariantCulture);
}
