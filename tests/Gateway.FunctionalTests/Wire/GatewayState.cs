using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.Handshake;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.FunctionalTests.Wire;

/// <summary>What the wire tests ask of a gateway in this process, beside its sockets.</summary>
internal static class GatewayState
{
    public static ConnectionRegistry Registry(this ServiceHost gateway) => gateway.Services.GetRequiredService<ConnectionRegistry>();

    /// <summary>No connection is open, and no lease is held.</summary>
    public static Task EmptyAsync(this ServiceHost gateway)
    {
        var registry = gateway.Registry();
        var admission = gateway.Services.GetRequiredService<Admission>();
        return TestTimeout.Until(
            () => registry is { Connections: 0, Users: 0, Rooms: 0 } && admission.Count == 0, "every connection to be forgotten");
    }

    public static async Task PublishAsync(this ServiceHost gateway, Target target, string json, string id = "m")
    {
        var content = System.Text.Encoding.UTF8.GetBytes(json);
        var message = new Message { Id = id, Type = "test", Target = target, Timestamp = 0, Content = content };
        var result = await gateway.Services.GetRequiredService<IMessagePublisher>().PublishAsync(message, false, default);
        if (result.Status != PublishStatus.Accepted) throw new InvalidOperationException($"not published: {result}");
    }

    public static IEnumerable<string> LoggedErrors(this ServiceHost gateway) =>
        gateway.Logs.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal));
}
