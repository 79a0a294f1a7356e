using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>What a subscriber hands messages to. Called by one thread at a time; must not wait and must not throw.</summary>
public interface IMessageReceiver
{
    void Receive(Message message);

    /// <summary>Nothing more is at hand just now: what was received since the last call is to go out.</summary>
    void Flush()
    {
    }
}
