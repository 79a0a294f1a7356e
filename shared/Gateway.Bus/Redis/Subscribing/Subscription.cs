using Gateway.Bus.Redis.Channels;

namespace Gateway.Bus.Redis.Subscribing;

/// <summary>One wanted channel.</summary>
internal sealed class Subscription(Channel channel, Interest interest)
{
    public Channel Channel => channel;

    public Interest Interest => interest;

    /// <summary>Which of the connection's SUBSCRIBE and UNSUBSCRIBE words asked for it; 0: none yet.</summary>
    public long AskedAs { get; set; }
}
