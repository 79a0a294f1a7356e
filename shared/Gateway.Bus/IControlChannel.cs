using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Bus;

/// <summary>
/// Orders to all processes of the cluster. They are kept for a while, so a process that was cut off receives what it missed. Each process
/// receives each order once, in their order.
/// </summary>
public interface IControlChannel
{
    /// <summary>Sends an order to all processes, this one included; returns its id. Throws <see cref="BusUnavailableException"/>.</summary>
    /// <param name="name">What to do, for example <c>disconnect</c>.</param>
    /// <param name="arguments">Further fields of the order; <c>id</c> and <c>order</c> are reserved.</param>
    /// <param name="cancellation">Stops waiting; the order may have been sent.</param>
    Task<string> SendAsync(string name, JsonObject arguments, CancellationToken cancellation);

    /// <summary>Receives orders that are sent from now on, until the token is cancelled. Called once.</summary>
    Task ListenAsync(IControlReceiver receiver, CancellationToken cancellation);
}

/// <summary>Receives orders, one call at a time.</summary>
public interface IControlReceiver
{
    /// <summary>Orders that arrived together. Must not throw, and not wait for long: the next orders wait behind it.</summary>
    ValueTask ReceiveAsync(IReadOnlyList<ControlOrder> orders);

    /// <summary>
    /// Called first, and after a time in which the bus was away or orders were lost: what is also kept elsewhere is to be read again. Repeated
    /// if it throws <see cref="BusUnavailableException"/>.
    /// </summary>
    Task ReadStateAsync(CancellationToken cancellation);
}

/// <summary>An order, <c>{id, order, …}</c>.</summary>
/// <param name="Id">Given by the sender; an order with a known id is ignored.</param>
/// <param name="Name">What to do.</param>
/// <param name="Arguments">The whole order.</param>
public sealed record ControlOrder(string Id, string Name, JsonElement Arguments)
{
    /// <summary>Null for a text that is not an order.</summary>
    public static ControlOrder? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var order = document.RootElement;
            if (order.ValueKind != JsonValueKind.Object) return null;
            return Text(order, "id") is { } id && Text(order, "order") is { } name ? new ControlOrder(id, name, order.Clone()) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A field that is a string, or null.</summary>
    public string? Text(string name) => Text(Arguments, name);

    internal static string Write(string id, string name, JsonObject arguments)
    {
        var order = new JsonObject { ["id"] = id, ["order"] = name };
        foreach (var (field, value) in arguments) order.TryAdd(field, value?.DeepClone());
        return order.ToJsonString();
    }

    private static string? Text(JsonElement order, string name) =>
        order.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
