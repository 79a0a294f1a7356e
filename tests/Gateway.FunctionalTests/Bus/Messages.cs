using System.Text;
using Gateway.Bus;
using Gateway.Contracts;

namespace Gateway.FunctionalTests.Bus;

internal static class Messages
{
    public static Message Of(Target target, string content, string? id = null) => new()
    {
        Id = id ?? MessageId.New(TimeProvider.System.GetUtcNow()),
        Type = "chat",
        Target = target,
        Content = Encoding.UTF8.GetBytes(content),
        Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    public static ValueTask<PublishResult> SendAsync(this IMessagePublisher publisher, Target target, string content) =>
        publisher.PublishAsync(Of(target, content), idempotent: false, CancellationToken.None);
}
