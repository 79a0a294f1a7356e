using Gateway.Contracts;
using Gateway.Publishing;

namespace AdminApi.Publish;

/// <summary>One message of a request, read and checked: where it goes and what it says.</summary>
internal sealed record PublishItem(IReadOnlyList<Target> Targets, Message Message, bool Idempotent)
{
    /// <summary>The answer is an error text or null. Never throws for what a client sent.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> json, DateTimeOffset now, out PublishItem? item)
    {
        item = null;
        if (PublishAddress.TryRead(json.Span, out var address) is { } fault) return fault;
        if (!MessageReader.TryRead(json, address.Targets[0], now, defaultType: null, out var message, out var error)) return error;
        foreach (var target in address.Targets)
        {
            if (MessageRules.TypeError(message!.Type, target) is { } wrong) return wrong;
        }

        if (message!.From is { } from && !Names.IsUserId(from)) return $"\"from\" is a user id: 1 to {Names.MaxUserIdLength} visible characters";
        item = new(address.Targets, message, address.HasId);
        return null;
    }
}
