using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Testing;

/// <summary>Hears what a service on the in-process bus publishes.</summary>
internal sealed class RecordingClient : IMessageReceiver
{
    private readonly Channel<Message> _heard = Channel.CreateUnbounded<Message>();
    private readonly IMessageSubscriber _subscriber;

    private RecordingClient(IMessageSubscriber subscriber) => _subscriber = subscriber;

    /// <summary>Hears <see cref="Target.All"/> from now on.</summary>
    public static RecordingClient Of(ApiHost host)
    {
        var ears = new RecordingClient(host.App.Services.GetRequiredService<IMessageSubscriber>());
        ears._subscriber.Start(ears);
        return ears;
    }

    public static string Content(Message message) => Encoding.UTF8.GetString(message.Content.Span);

    public static JsonElement Json(Message message) => JsonDocument.Parse(message.Content).RootElement;

    public Task ListenAsync(Target target) => _subscriber.SubscribeAsync(target);

    public Task<Message> NextAsync() => TestTimeout.For(_heard.Reader.ReadAsync().AsTask(), "a message on the bus");

    /// <summary>Messages arrive before the response to the publish, so what has not arrived by then was not sent.</summary>
    public bool HasMore => _heard.Reader.TryPeek(out _);

    public void Receive(Message message) => _heard.Writer.TryWrite(message);
}
