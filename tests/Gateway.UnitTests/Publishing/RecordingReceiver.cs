using System.Text;
using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;

namespace Gateway.UnitTests.Publishing;

/// <summary>A pod that keeps what it hears. The in-process bus delivers before a publish returns, so nothing is waited for.</summary>
internal sealed class RecordingReceiver : IMessageReceiver
{
    public List<Message> Received { get; } = [];

    public Message Only => Received.Single();

    public string OnlyContent => Encoding.UTF8.GetString(Only.Content.Span);

    public static async Task<RecordingReceiver> ListenAsync(InProcessBus bus, params Target[] targets)
    {
        var receiver = new RecordingReceiver();
        var subscriber = bus.CreateSubscriber();
        subscriber.Start(receiver);
        foreach (var target in targets) await subscriber.SubscribeAsync(target);
        return receiver;
    }

    public void Receive(Message message) => Received.Add(message);
}
