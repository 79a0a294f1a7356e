using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Publishing;

/// <summary>
/// A message of a publisher, without a target. Created by one of the methods below, or by
/// <c>new OutgoingMessage { Type = …, Content = … }</c> from JSON that already exists.
/// </summary>
public sealed record OutgoingMessage
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What kind of message: 1–64 characters of the name rule, not one of those reserved for the gateway.</summary>
    public required string Type { get; init; }

    /// <summary>Any JSON value; null as JSON by default. Nested at most 15 levels deep.</summary>
    public ReadOnlyMemory<byte> Content { get; init; } = "null"u8.ToArray();

    /// <summary>A JSON object of extras beside the content, or empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>
    /// An id chosen by the publisher, 1–64 characters of the name rule: the same id for the same target within 5 minutes is
    /// acknowledged and not sent again. Null: an id is created, and every call sends.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>User id of the sender, if there is one.</summary>
    public string? From { get; init; }

    /// <summary>The name that is shown for the sender.</summary>
    public string? FromName { get; init; }

    /// <summary>Latest-wins key inside the target: for a receiver that is behind, a newer message replaces one that is still queued.</summary>
    public string? Key { get; init; }

    /// <summary>A message of any type; the content becomes JSON with camelCase names unless <paramref name="json"/> specifies others.</summary>
    public static OutgoingMessage Of<T>(string type, T content, JsonSerializerOptions? json = null) =>
        new() { Type = type, Content = JsonSerializer.SerializeToUtf8Bytes(content, json ?? Web) };

    /// <summary>A notification as clients show it: <c>{title, body, icon, link}</c>.</summary>
    /// <exception cref="ArgumentException">Title or body is empty, or a text has an unpaired surrogate.</exception>
    public static OutgoingMessage Notification(string title, string body, string? icon = null, string? link = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(body);
        ThrowIfUnpaired(title, nameof(title));
        ThrowIfUnpaired(body, nameof(body));
        ThrowIfUnpaired(icon, nameof(icon));
        ThrowIfUnpaired(link, nameof(link));
        var content = new NotificationContent(title, body, icon, link);
        return new() { Type = MessageTypes.Notification, Content = JsonSerializer.SerializeToUtf8Bytes(content, ContentJson.Plain.NotificationContent) };
    }

    /// <summary>Tells that an entity has changed: <c>{entity, action, id, data}</c>.</summary>
    /// <param name="entity">The kind of entity, as <c>order</c>.</param>
    /// <param name="action">The change, as <c>updated</c>.</param>
    /// <param name="id">The entity's id.</param>
    /// <param name="data">Data for the receivers, with camelCase names; null for none.</param>
    /// <exception cref="ArgumentException">Entity, action or id is empty or has an unpaired surrogate.</exception>
    public static OutgoingMessage DataUpdate<T>(string entity, string action, string id, T data)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(entity);
        ArgumentException.ThrowIfNullOrWhiteSpace(action);
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ThrowIfUnpaired(entity, nameof(entity));
        ThrowIfUnpaired(action, nameof(action));
        ThrowIfUnpaired(id, nameof(id));
        var content = new DataUpdateContent(entity, action, id, JsonSerializer.SerializeToElement(data, Web));
        return new() { Type = MessageTypes.DataUpdate, Content = JsonSerializer.SerializeToUtf8Bytes(content, ContentJson.Plain.DataUpdateContent) };
    }

    private static void ThrowIfUnpaired(string? text, string parameter)
    {
        if (MessageRules.TextError(text, parameter) is { } error) throw new ArgumentException(error, parameter);
    }
}
