using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>
/// Writes down what it receives, as texts: <c>at e1.3</c> for a place, <c>e1.4</c> for a message, <c>plain</c> for one without a number,
/// <c>lost 5-7</c> and <c>lost</c> from history, <c>cut</c> without it. Calls for one target that overlap are an error.
/// </summary>
internal sealed class OrderReceiver : IMessageReceiver
{
    private readonly ConcurrentDictionary<Target, Events> _targets = new();
    private int _calls;

    /// <summary>The number of other calls when the last flush came.</summary>
    public int Flushed { get; private set; }

    /// <summary>Called for each message, inside the call of the subject.</summary>
    public Action<Message>? OnMessage { get; set; }

    public int Overlaps => _targets.Values.Sum(events => events.Overlaps);

    public string[] Of(Target target) => _targets.TryGetValue(target, out var events) ? events.All() : [];

    public void Clear(Target target) => _targets.TryRemove(target, out _);

    public void Receive(Message message)
    {
        Add(message.Target, message.Position?.ToString() ?? "plain");
        OnMessage?.Invoke(message);
    }

    public void Positioned(Target target, Position position) => Add(target, $"at {position}");

    public void Interrupted(Interruption interruption)
    {
        var range = interruption.To == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {interruption.From}-{interruption.To}");
        Add(interruption.Target, interruption.IsFromHistory ? "lost" + range : "cut");
    }

    public void Flush() => Flushed = Volatile.Read(ref _calls);

    private void Add(Target target, string text)
    {
        _targets.GetOrAdd(target, _ => new Events()).Add(text);
        Interlocked.Increment(ref _calls);
    }

    private sealed class Events
    {
        private readonly List<string> _all = [];
        private int _inside;

        public int Overlaps { get; private set; }

        public void Add(string text)
        {
            var overlaps = Interlocked.Increment(ref _inside) > 1;
            Thread.SpinWait(20);
            lock (_all)
            {
                if (overlaps) Overlaps++;
                _all.Add(text);
            }

            Interlocked.Decrement(ref _inside);
        }

        public string[] All()
        {
            lock (_all) return [.. _all];
        }
    }
}
