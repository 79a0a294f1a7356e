using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// The wanted channels and which of them the present connection has confirmed. Commands leave in the order of the wishes, and the
/// server answers each channel word once and in that order: counting the answers tells which wish one belongs to, so the last one wins.
/// </summary>
internal sealed class SubscriptionSet(ChannelMap map)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Target, Interest> _targets = new();
    private readonly ConcurrentDictionary<byte[], Subscription> _channels = new(ChannelComparer.Instance);
    private readonly ArrayBufferWriter<byte> _commands = new();
    private ICommandSender? _link;
    private long _asked;
    private long _answered;
    private long _whole;

    public int Count => _channels.Count;

    public bool Wants(Target target) => _targets.ContainsKey(target);

    /// <summary>Takes no lock: it is asked for every message.</summary>
    public bool TryGet(ReadOnlySpan<byte> channel, [NotNullWhen(true)] out Subscription? subscription) =>
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(channel, out subscription);

    /// <summary>Wants a target without waiting for it.</summary>
    public void Add(Target target)
    {
        lock (_gate)
        {
            if (!_targets.ContainsKey(target)) Begin_NeedsLock(target);
        }
    }

    /// <summary>The task ends when the present connection has confirmed all of the target's channels.</summary>
    public Task AddAsync(Target target)
    {
        lock (_gate)
        {
            return (_targets.TryGetValue(target, out var interest) ? interest : Begin_NeedsLock(target)).WhenConfirmed();
        }
    }

    public void Remove(Target target)
    {
        lock (_gate)
        {
            if (!_targets.TryRemove(target, out var interest)) return;
            interest.Cancel();
            foreach (var subscription in interest.Subscriptions) _channels.TryRemove(subscription.Channel.Name, out _);
            if (_link is null) return;
            Write_NeedsLock("UNSUBSCRIBE"u8, interest.Subscriptions);
            Send_NeedsLock(_link);
        }
    }

    /// <summary>Asks the new connection for everything.</summary>
    public void Connect(ICommandSender link)
    {
        lock (_gate)
        {
            _asked = _answered = 0;
            Forget_NeedsLock();
            foreach (var interest in _targets.Values) Write_NeedsLock("SUBSCRIBE"u8, interest.Subscriptions);
            _whole = _asked;
            _link = link;
            Send_NeedsLock(link);
        }
    }

    public void Disconnect()
    {
        lock (_gate)
        {
            _link = null;
            Forget_NeedsLock();
        }
    }

    /// <summary>Takes the server's answer to one channel word; true when with it all that was wanted at the connect is there.</summary>
    public bool Answer(ReadOnlySpan<byte> channel)
    {
        lock (_gate)
        {
            _answered++;
            if (TryGet(channel, out var subscription) && subscription.AskedAs == _answered) subscription.Interest.Confirm();
            return _answered == _whole;
        }
    }

    /// <summary>Nobody will be answered any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var interest in _targets.Values) interest.Cancel();
        }
    }

    private Interest Begin_NeedsLock(Target target)
    {
        var interest = new Interest();
        interest.Subscriptions = map.Of(target).Select(channel => new Subscription(channel, interest)).Where(s => _channels.TryAdd(s.Channel.Name, s)).ToArray();
        interest.Missing = interest.Subscriptions.Length;
        _targets[target] = interest;
        if (_link is null) return interest;
        Write_NeedsLock("SUBSCRIBE"u8, interest.Subscriptions);
        Send_NeedsLock(_link);
        return interest;
    }

    private void Forget_NeedsLock()
    {
        foreach (var interest in _targets.Values) interest.Missing = interest.Subscriptions.Length;
    }

    private void Write_NeedsLock(ReadOnlySpan<byte> command, Subscription[] subscriptions)
    {
        if (subscriptions.Length == 0) return;
        _commands.WriteArray(subscriptions.Length + 1);
        _commands.WriteBulk(command);
        foreach (var subscription in subscriptions)
        {
            _commands.WriteBulk(subscription.Channel.Name);
            subscription.AskedAs = ++_asked;
        }
    }

    private void Send_NeedsLock(ICommandSender link)
    {
        link.Send(_commands.WrittenSpan);
        _commands.ResetWrittenCount();
    }
}

/// <summary>One wanted channel.</summary>
internal sealed class Subscription(Channel channel, Interest interest)
{
    public Channel Channel => channel;

    public Interest Interest => interest;

    /// <summary>Which of the connection's SUBSCRIBE and UNSUBSCRIBE words asked for it; 0: none yet.</summary>
    public long AskedAs { get; set; }
}

/// <summary>A wanted target and how many of its channels the present connection has not confirmed yet. Guarded by the set's lock.</summary>
internal sealed class Interest
{
    private TaskCompletionSource? _confirmed;

    public Subscription[] Subscriptions { get; set; } = [];

    public int Missing { get; set; }

    /// <summary>Ends when nothing is missing.</summary>
    public Task WhenConfirmed()
    {
        if (Missing == 0) return Task.CompletedTask;
        return (_confirmed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Confirm()
    {
        if (--Missing > 0) return;
        _confirmed?.TrySetResult();
        _confirmed = null;
    }

    public void Cancel()
    {
        _confirmed?.TrySetCanceled();
        _confirmed = null;
    }
}

/// <summary>Where commands go: the present connection.</summary>
internal interface ICommandSender
{
    /// <summary>Takes a copy and returns at once; a connection that fails says so to its reader.</summary>
    void Send(ReadOnlySpan<byte> commands);
}
