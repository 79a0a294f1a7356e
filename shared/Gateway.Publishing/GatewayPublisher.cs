using System.Diagnostics;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.Publishing;

/// <summary>
/// The publisher library: publishes to the clients of the gateway, whichever pod they are connected to. Thread-safe, one per
/// process. An argument that can never be published throws <see cref="ArgumentException"/> with the reason; expected
/// outcomes (too large, duplicate, bus unavailable) are returned as a <see cref="PublishResult"/>. Every call ends within about 1 s.
/// </summary>
public sealed class GatewayPublisher(IMessagePublisher bus, HistoryPolicies history, TimeProvider time)
{
    /// <summary>A notification to every connection.</summary>
    public ValueTask<PublishResult> SendSystemNotificationAsync(
        string title, string body, string? icon = null, string? link = null, CancellationToken cancellation = default) =>
        PublishAsync(Target.All, OutgoingMessage.Notification(title, body, icon, link), cancellation);

    /// <summary>A notification to all connections of one user, on every pod.</summary>
    public ValueTask<PublishResult> SendUserNotificationAsync(
        string userId, string title, string body, string? icon = null, string? link = null, CancellationToken cancellation = default) =>
        PublishAsync(Target.User(userId), OutgoingMessage.Notification(title, body, icon, link), cancellation);

    /// <summary>Any message to the members of a room; <c>user:x</c> and <c>task:x</c> name that user and that task.</summary>
    public ValueTask<PublishResult> BroadcastToRoomAsync(string room, OutgoingMessage message, CancellationToken cancellation = default) =>
        PublishAsync(Room(room), message, cancellation);

    /// <summary>Any message to every connection.</summary>
    public ValueTask<PublishResult> BroadcastAsync(OutgoingMessage message, CancellationToken cancellation = default) =>
        PublishAsync(Target.All, message, cancellation);

    /// <summary>Tells a room that an entity has changed; see <see cref="OutgoingMessage.DataUpdate{T}"/>.</summary>
    public ValueTask<PublishResult> SendDataUpdateAsync<T>(
        string room, string entity, string action, string id, T data, CancellationToken cancellation = default) =>
        PublishAsync(Room(room), OutgoingMessage.DataUpdate(entity, action, id, data), cancellation);

    /// <summary>One message to one target.</summary>
    public ValueTask<PublishResult> PublishAsync(Target target, OutgoingMessage message, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        Refuse(MessageRules.TargetError(target), nameof(target));
        Refuse(MessageRules.TypeError(message.Type, target), nameof(message));
        return PublishAsync(ToMessage(message) with { Target = target }, idempotent: message.Id is not null, cancellation);
    }

    /// <summary>
    /// One message to up to <see cref="Message.MaxTargets"/> targets, once per target under one id: a connection in several of
    /// them takes one copy. The results are in the order of the targets. Where a target has history, the copies are published one after
    /// another.
    /// </summary>
    public Task<PublishResult[]> PublishAsync(IReadOnlyList<Target> targets, OutgoingMessage message, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(message);
        return PublishAsync(targets, ToMessage(message), idempotent: message.Id is not null, cancellation);
    }

    /// <summary>
    /// The same for a complete message, as <see cref="MessageReader"/> returns it. Its own
    /// <see cref="Message.Target"/> and <see cref="Message.Targets"/> are replaced.
    /// </summary>
    /// <param name="targets">1 to <see cref="Message.MaxTargets"/>, each once.</param>
    /// <param name="message">What to publish.</param>
    /// <param name="idempotent">True when the caller chose the id.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<PublishResult[]> PublishAsync(IReadOnlyList<Target> targets, Message message, bool idempotent, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(message);
        Refuse(MessageRules.TargetsError(targets), nameof(targets));
        foreach (var target in targets) Refuse(MessageRules.TypeError(message.Type, target), nameof(message));

        message = Complete(message) with { Targets = targets };
        // Of several targets some may accept the message and some not: because the id is remembered, a retry delivers nothing twice.
        idempotent |= targets.Count > 1;
        if (targets.Count > 1 && targets.Any(target => history.Of(target) is not null)) return PublishInTurnAsync(targets, message, cancellation);

        // All are started before the first is awaited: one round trip for all, and the order per target stays as called.
        return Task.WhenAll(targets.Select(target => bus.PublishAsync(message with { Target = target }, idempotent, cancellation).AsTask()));
    }

    private ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation) =>
        bus.PublishAsync(Complete(message), idempotent, cancellation);

    private static Message Complete(Message message) => message with
    {
        Content = message.Type == MessageTypes.Notification ? CanonicalNotification.WithBody(message.Content) : message.Content,
        TraceParent = message.TraceParent ?? (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null),
    };

    /// <summary>
    /// One copy after another, because each names the places of the earlier ones. Behind a copy that the bus did not accept none is tried:
    /// the call stays within its time, and a retry goes on there.
    /// </summary>
    private async Task<PublishResult[]> PublishInTurnAsync(IReadOnlyList<Target> targets, Message message, CancellationToken cancellation)
    {
        var results = new PublishResult[targets.Count];
        if (LargestSize(targets, message) is var size and > Message.MaxBytes)
        {
            Array.Fill(results, PublishResult.TooLarge(message.Id, size));
            return results;
        }

        var placed = new Dictionary<Target, Position>();
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = await bus.PublishAsync(message with { Target = targets[i], Placed = placed.ToDictionary() }, idempotent: true, cancellation);
            if (!results[i].Taken)
            {
                Array.Fill(results, results[i], i, results.Length - i);
                break;
            }

            if (results[i] is { Offset: > 0, Epoch: { } epoch }) placed[targets[i]] = new Position(epoch, results[i].Offset);
        }

        return results;
    }

    /// <summary>The size of the last copy, so that either all fit or none is published. 0 for a message far below the limit.</summary>
    private static int LargestSize(IReadOnlyList<Target> targets, Message message)
    {
        if (message.Content.Length + message.Data.Length < Message.MaxBytes / 2) return 0;
        var longest = new Position(new string('x', Position.MaxEpochLength), long.MaxValue);
        return MessageWriter.ToBytes(message with { Placed = targets.ToDictionary(target => target, _ => longest) }).Length;
    }

    private static Target Room(string room) =>
        Target.TryParseRoomName(room, out var target)
            ? target
            : throw new ArgumentException($"the name of a room is {Names.Rule}", nameof(room));

    private static void Refuse(string? error, string parameter)
    {
        if (error is not null) throw new ArgumentException(error, parameter);
    }

    private Message ToMessage(OutgoingMessage message)
    {
        Refuse(MessageRules.MessageError(message), nameof(message));
        var now = time.GetUtcNow();
        return new()
        {
            Id = message.Id ?? MessageId.New(now),
            Type = message.Type,
            Target = Target.All,
            From = message.From,
            FromName = message.FromName,
            Content = message.Content,
            Data = message.Data,
            Timestamp = now.ToUnixTimeMilliseconds(),
            Key = message.Key,
        };
    }
}
