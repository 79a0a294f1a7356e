using Gateway.Bus.Redis.Subscribing;

namespace Gateway.Bus.Redis;

/// <summary>Up while the publishing connection is up and, in a process that subscribes, all subscriptions stand too.</summary>
internal sealed class RedisHealth(RedisConnection publishing, RedisSubscriber subscribing) : IBusHealth
{
    public BusHealth Current
    {
        get
        {
            var publish = publishing.Health;
            if (!subscribing.IsStarted) return publish.Connected ? publish : publish with { Reason = $"publishing: {publish.Reason}" };
            var subscribe = subscribing.State.Current;
            return (publish.Connected, subscribe.Connected) switch
            {
                (true, true) => publish with { Since = Later(publish.Since, subscribe.Since) },
                (false, true) => publish with { Reason = $"publishing: {publish.Reason}" },
                (true, false) => subscribe with { Reason = $"subscribing: {subscribe.Reason}" },
                _ => publish with { Since = Earlier(publish.Since, subscribe.Since), Reason = $"publishing: {publish.Reason}; subscribing: {subscribe.Reason}" },
            };
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
