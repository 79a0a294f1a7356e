using System.Globalization;
using Gateway.Contracts;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>
/// Random steps of a server, its connections and a pod. What the pod's receiver was given must then be: each message that is kept once,
/// in order, and every other one told.
/// </summary>
internal sealed class RecoveryModel(RepairedPod pod, Target[] rooms)
{
    private readonly Dictionary<Target, Task> _subscribed = [];
    private readonly Dictionary<Target, int> _plain = [];

    private FakeServer Server => pod.Server;

    /// <summary>One step, chosen by a number.</summary>
    public async Task StepAsync(uint choice)
    {
        var room = rooms[choice % (uint)rooms.Length];
        choice /= (uint)rooms.Length;
        var amount = (int)(choice / 32 % 8);
        switch (choice % 32)
        {
            case < 7:
                for (var i = 0; i <= amount; i++) Server.Publish(room, size: i * 100);
                break;
            case < 10:
                Server.Publish(room, arrives: false);
                break;
            case 10:
                if (Server.IsConnected && _subscribed.ContainsKey(room)) _plain[room] = _plain.GetValueOrDefault(room) + 1;
                Server.PublishPlain(room);
                Server.Pass();
                break;
            case < 15:
                Server.Pass(amount + 1);
                break;
            case < 20:
                Server.Reply(amount);
                break;
            case 20:
                // Plain messages that are sent are passed on at once: all of them arrive.
                Server.Disconnect(unread: amount);
                break;
            case < 23:
                Server.Reconnect();
                break;
            case 23:
                Server.LogOf(room).Trim(amount);
                break;
            case 24:
                Server.Lose(room);
                break;
            case 25:
                Server.FailsReads = amount < 4;
                break;
            case 26:
                Server.ReadsOnArrival = amount < 4;
                break;
            case 27:
                Server.PageLimit = amount + 1;
                break;
            case 28:
                pod.Time.Fire();
                break;
            case 29:
                await pod.Subscriber.UnsubscribeAsync(room);
                pod.Received.Clear(room);
                _subscribed.Remove(room);
                _plain.Remove(room);
                break;
            default:
                _subscribed[room] = pod.Subscriber.SubscribeAsync(room);
                break;
        }

        await pod.SettleAsync();
    }

    /// <summary>Lets everything come to its end and compares. Returns the first difference, or null.</summary>
    public async Task<string?> FinishAsync()
    {
        Server.FailsReads = false;
        Server.Reconnect();
        foreach (var room in rooms) Server.Publish(room);
        await pod.FinishAsync();
        if (pod.Received.Overlaps > 0) return "two calls for one target at the same time";
        if (pod.Waiting.Used != 0) return "memory of waiting messages is still counted";
        await TestTimeout.For(Task.WhenAll(_subscribed.Values), "the subscriptions");
        return rooms.Select(Compare).FirstOrDefault(difference => difference is not null);
    }

    private string? Compare(Target room)
    {
        var events = pod.Received.Of(room);
        var difference = _subscribed.ContainsKey(room) ? Difference(events, room) : events.Length == 0 ? null : "received without a subscription";
        return difference is null ? null : $"{room}: {difference}: {string.Join(", ", events)}; the log is at {Server.LogOf(room).Current}";
    }

    private string? Difference(string[] events, Target room)
    {
        var log = Server.LogOf(room);
        Position? place = null;
        var lost = "";
        var plain = 0;
        foreach (var text in events)
        {
            if (text == "plain")
            {
                plain++;
                continue;
            }

            if (text.StartsWith("lost", StringComparison.Ordinal))
            {
                if (place is null) return "a loss before the first place";
                if (lost.Length > 0) return "a loss without a place after it";
                lost = text;
                continue;
            }

            var isPlace = text.StartsWith("at ", StringComparison.Ordinal);
            if (!Position.TryParse(isPlace ? text[3..] : text, out var position)) return $"unknown: {text}";
            if (isPlace ? !IsToldPlace(place, position, lost, log) : !Follows(place, position, lost)) return $"{text} does not follow";
            (place, lost) = (position, "");
        }

        if (place != log.Current) return "not at the end of the log";
        return plain == _plain.GetValueOrDefault(room) ? null : "plain messages";
    }

    private static bool Follows(Position? place, Position position, string lost) =>
        place is { } before && lost.Length == 0 && before.Epoch == position.Epoch && before.Offset + 1 == position.Offset;

    /// <summary>The first place, the place after a loss of messages that are no longer kept, or the beginning of a later epoch.</summary>
    private static bool IsToldPlace(Position? place, Position position, string lost, ServerLog log)
    {
        if (place is not { } before) return lost.Length == 0;
        if (lost == "lost") return position.Offset == 0 && Age(position) > Age(before);
        var expected = string.Create(CultureInfo.InvariantCulture, $"lost {before.Offset + 1}-{position.Offset}");
        if (lost != expected || before.Epoch != position.Epoch) return false;
        for (var offset = before.Offset + 1; offset <= position.Offset; offset++)
        {
            if (log.Has(position with { Offset = offset })) return false;
        }

        return true;

        int Age(Position of) => of.Epoch == log.Current.Epoch ? int.MaxValue : log.EarlierEpochs.IndexOf(of.Epoch);
    }
}
