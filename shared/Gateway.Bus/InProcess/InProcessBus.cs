using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>
/// The bus of a single process: the same contract as Redis, without one. Every pod of the process has a subscriber of its own.
/// </summary>
public sealed class InProcessBus(TimeProvider time) : IMessagePublisher, IBusHealth
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly Lock _order = new();
    private readonly RecentIds _recent = new(time, Remembered);
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private volatile InProcessSubscriber[] _subscribers = [];

    public BusHealth Current => new(Connected: true, _since, Reason: null);

    public IMessageSubscriber CreateSubscriber()
    {
        var subscriber = new InProcessSubscriber();
        lock (_order) _subscribers = [.. _subscribers, subscriber];
        return subscriber;
    }

    public ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
    {
        var size = message.Content.Length + message.Data.Length;
        if (size > Message.MaxBytes) return new(new PublishResult(PublishStatus.TooLarge, message.Id, Reason: MessageLimit.Text(size)));

        // One lock for all: the order of acceptance is the order of delivery, as Redis has it.
        lock (_order)
        {
            if (idempotent && !_recent.Add((message.Target, message.Id))) return new(new PublishResult(PublishStatus.Duplicate, message.Id));
            foreach (var subscriber in _subscribers) subscriber.Offer(message);
        }

        foreach (var subscriber in _subscribers) subscriber.Flush();

        return new(new PublishResult(PublishStatus.Accepted, message.Id));
    }
}
