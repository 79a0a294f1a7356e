using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Bus.Redis.Channels;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>
/// The wanted targets, their channels, and which of them the current connection has confirmed. The server replies to commands in
/// their order: one confirmation per channel, or one error for the whole command. A queue of the outstanding commands therefore tells
/// which command a reply belongs to.
/// </summary>
internal sealed class SubscriptionSet(ChannelMap map)
{
    private const int ChunkSize = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Target, Interest> _targets = new();
    private readonly ConcurrentDictionary<byte[], Channel> _channels = new(ChannelComparer.Instance);
    private readonly ArrayBufferWriter<byte> _commands = new();
    private readonly Queue<Command> _outstanding = new();
    private readonly HashSet<Interest> _refused = [];
    private ICommandSender? _sender;
    private int _confirmedOfFirst;
    private int _toRestore;

    public int Count => _channels.Count;

    /// <summary>True if the current connection has replied to everything it was asked at the start and confirmed <see cref="Target.All"/>.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate) return _toRestore == 0 && _targets.TryGetValue(Target.All, out var all) && all.IsConfirmed;
        }
    }

    public bool Wants(Target target) => _targets.ContainsKey(target);

    /// <summary>Takes no lock: called for every message.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Channel? channel) =>
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out channel);

    /// <summary>The task completes when the current connection has confirmed all of the target's channels; it fails if the server refuses one.</summary>
    public Task AddAsync(Target target)
    {
        lock (_gate)
        {
            if (!_targets.TryGetValue(target, out var interest)) interest = Create_NeedsLock(target);
            else if (_refused.Remove(interest)) Subscribe_NeedsLock(interest);
            return interest.WhenConfirmed();
        }
    }

    public void Remove(Target target)
    {
        lock (_gate)
        {
            if (!_targets.TryRemove(target, out var interest)) return;
            interest.Cancel();
            _refused.Remove(interest);
            foreach (var channel in interest.Channels) _channels.TryRemove(channel.Name, out _);
            Write_NeedsLock("UNSUBSCRIBE"u8, interest);
            Send_NeedsLock();
        }
    }

    /// <summary>Subscribes the new connection to everything.</summary>
    public void Connect(ICommandSender sender)
    {
        lock (_gate)
        {
            Reset_NeedsLock();
            _sender = sender;
            foreach (var interest in _targets.Values) Write_NeedsLock("SUBSCRIBE"u8, interest);
            _toRestore = _outstanding.Count;
            Send_NeedsLock();
        }
    }

    public void Disconnect()
    {
        lock (_gate) Reset_NeedsLock();
    }

    /// <summary>Asks for a reply, and subscribes again to what the server refused: its ACL may have changed.</summary>
    public void Ping()
    {
        lock (_gate)
        {
            if (_sender is null) return;
            _commands.Write("*1\r\n$4\r\nPING\r\n"u8);
            _outstanding.Enqueue(new Command(null, 1));
            foreach (var interest in _refused) Write_NeedsLock("SUBSCRIBE"u8, interest);
            _refused.Clear();
            Send_NeedsLock();
        }
    }

    /// <summary>
    /// Takes one confirmation. Returns the target whose subscription it restored, or null: messages published to it since the previous
    /// connection ended were lost.
    /// </summary>
    public Target? Confirm()
    {
        lock (_gate)
        {
            if (!_outstanding.TryPeek(out var command) || ++_confirmedOfFirst < command.Replies) return null;
            if (Complete_NeedsLock() is not { } interest) return null;
            var isRestored = interest.WasConfirmed;
            interest.Confirm();
            return isRestored && IsWanted_NeedsLock(interest) ? interest.Target : null;
        }
    }

    /// <summary>Takes an error reply. Returns the target that the server refused, or null for a command of another kind.</summary>
    public Target? Refuse(string error)
    {
        lock (_gate)
        {
            if (_outstanding.Count == 0) throw new RedisRefusedException(error);
            if (Complete_NeedsLock() is not { } interest) return null;
            interest.Refuse(error);
            if (IsWanted_NeedsLock(interest)) _refused.Add(interest);
            return interest.Target;
        }
    }

    /// <summary>Cancels all pending calls.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var interest in _targets.Values) interest.Cancel();
        }
    }

    private Interest Create_NeedsLock(Target target)
    {
        var channels = Array.FindAll(map.Of(target), channel => _channels.TryAdd(channel.Name, channel));
        var interest = new Interest(target, channels);
        _targets[target] = interest;
        Subscribe_NeedsLock(interest);
        return interest;
    }

    private void Subscribe_NeedsLock(Interest interest)
    {
        Write_NeedsLock("SUBSCRIBE"u8, interest);
        Send_NeedsLock();
    }

    /// <summary>False if it was removed, and possibly added again as another one, while its command was outstanding.</summary>
    private bool IsWanted_NeedsLock(Interest interest) => _targets.TryGetValue(interest.Target, out var wanted) && wanted == interest;

    private void Reset_NeedsLock()
    {
        _sender = null;
        _outstanding.Clear();
        _outstanding.TrimExcess();
        _refused.Clear();
        (_confirmedOfFirst, _toRestore) = (0, 0);
        foreach (var interest in _targets.Values) interest.Reset();
    }

    /// <summary>Ends the oldest command; returns the interest that it subscribed, if any.</summary>
    private Interest? Complete_NeedsLock()
    {
        var command = _outstanding.Dequeue();
        _confirmedOfFirst = 0;
        if (_toRestore > 0 && --_toRestore == 0) _outstanding.TrimExcess();
        return command.Interest;
    }

    private void Write_NeedsLock(ReadOnlySpan<byte> verb, Interest interest)
    {
        if (_sender is null || interest.Channels.Length == 0) return;
        _commands.WriteArray(interest.Channels.Length + 1);
        _commands.WriteBulk(verb);
        foreach (var channel in interest.Channels) _commands.WriteBulk(channel.Name);
        _outstanding.Enqueue(new Command(verb[0] == 'S' ? interest : null, interest.Channels.Length));
        if (_commands.WrittenCount > ChunkSize) Send_NeedsLock();
    }

    private void Send_NeedsLock()
    {
        if (_commands.WrittenCount > 0) _sender?.Send(_commands.WrittenSpan);
        _commands.ResetWrittenCount();
    }

    /// <param name="Interest">What it subscribes; null for any other command.</param>
    /// <param name="Replies">The number of replies that complete it.</param>
    private readonly record struct Command(Interest? Interest, int Replies);

    /// <summary>A wanted target. Guarded by the set's lock.</summary>
    private sealed class Interest(Target target, Channel[] channels)
    {
        private TaskCompletionSource? _pending;

        public Target Target => target;

        public Channel[] Channels => channels;

        public bool IsConfirmed { get; private set; }

        /// <summary>True if this or an earlier connection confirmed it.</summary>
        public bool WasConfirmed { get; private set; }

        public Task WhenConfirmed()
        {
            if (IsConfirmed || channels.Length == 0) return Task.CompletedTask;
            return (_pending ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        public void Confirm()
        {
            IsConfirmed = WasConfirmed = true;
            _pending?.TrySetResult();
            _pending = null;
        }

        public void Refuse(string error)
        {
            if (_pending is null) return;
            _pending.TrySetException(new BusUnavailableException($"Redis refused the subscription: {error}"));
            // There may be no waiting caller: a failed task without an observer is reported as a defect.
            _ = _pending.Task.Exception;
            _pending = null;
        }

        public void Reset() => IsConfirmed = false;

        public void Cancel()
        {
            _pending?.TrySetCanceled();
            _pending = null;
        }
    }
}

/// <summary>Sends commands on the current connection.</summary>
internal interface ICommandSender
{
    /// <summary>Copies the commands and returns at once; a failing connection reports to its reader.</summary>
    void Send(ReadOnlySpan<byte> commands);
}
