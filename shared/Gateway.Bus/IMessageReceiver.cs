using Gateway.Contracts;

namespace Gateway.Bus;

/// <summary>What a subscriber hands messages to. Called by one thread at a time; must not wait and must not throw.</summary>
public interface IMessageReceiver
{
    void Receive(Message message);
}
