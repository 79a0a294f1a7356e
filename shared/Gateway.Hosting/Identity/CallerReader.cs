using System.Globalization;
using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Hosting.Identity;

/// <summary>Claims of a validated token → <see cref="Caller"/>.</summary>
internal static class CallerReader
{
    private const int MaxUserNameLength = 256;

    private static readonly string[] IdNames = ["user_id", "userId", "sub", "uuid", "id"];
    private static readonly string[] UserNames = ["username", "name"];

    public static TokenResult Read(JsonElement claims, AuthOptions options)
    {
        if (UserId(claims) is not { } id) return new(null, "the token names no user: one of user_id, userId, sub, uuid, id must hold 1 to 256 visible characters");
        if (id.StartsWith(Caller.ServicePrefix, StringComparison.Ordinal)) return new(null, "the token's user id begins with service:, which is reserved for API keys");
        return new(ToCaller(claims, options, id), null);
    }

    private static Caller ToCaller(JsonElement claims, AuthOptions options, string id) => new()
    {
        UserId = id,
        UserName = UserNames.Select(name => Text(claims, name)).FirstOrDefault(IsUserName) is { } name && name != id ? name : id,
        ExpiresAt = TokenPreCheck.Time(claims, "exp")!.Value,
        IsOperator = Texts(claims, "role").Concat(Texts(claims, "roles")).Any(options.EffectiveOperatorRoles.Contains),
        Scopes = Words(claims, "scope").Concat(Words(claims, "scp")).ToArray(),
        RoomPatterns = Texts(claims, "rooms").Select(r => new NamePattern(r)).ToArray(),
        Subscribe = Texts(claims, "subscribe").ToArray(),
        TokenIdHash = Text(claims, "jti") is { } tokenId ? Caller.HashOf(tokenId) : 0,
        IssuedAt = TokenPreCheck.Time(claims, "iat")?.ToUnixTimeMilliseconds() ?? 0,
    };

    /// <summary>The first claim with a value decides: when it is not a user id the token is refused, and no other claim is read instead.</summary>
    private static string? UserId(JsonElement claims)
    {
        var name = IdNames.FirstOrDefault(name => !IsEmpty(claims, name));
        return name is not null && Text(claims, name) is { } id && Names.IsUserId(id) ? id : null;
    }

    private static bool IsUserName(string? name) => name is { Length: > 0 and <= MaxUserNameLength } && !name.Any(char.IsControl);

    /// <summary>Absent, null or an empty string, as some serializers write an absent value.</summary>
    private static bool IsEmpty(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    /// <summary>A string, or a whole number as a string.</summary>
    private static string? Text(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>One string or an array of strings.</summary>
    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!) : [];
    }

    /// <summary>As <see cref="Texts"/>, each split at spaces.</summary>
    private static IEnumerable<string> Words(JsonElement claims, string name) =>
        Texts(claims, name).SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
