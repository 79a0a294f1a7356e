using System.Globalization;
using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Hosting.Identity;

/// <summary>Claims → <see cref="Caller"/>.</summary>
internal static class TokenClaims
{
    private static readonly string[] IdClaims = ["user_id", "userId", "sub", "uuid", "id"];
    private static readonly string[] NameClaims = ["username", "name"];

    public static TokenResult Read(JsonElement claims, AuthSettings settings, DateTimeOffset now)
    {
        if (Time(claims, "exp") is not { } expires) return new(null, "the token has no numeric exp");
        if (expires + settings.Leeway <= now) return new(null, "the token has expired");
        if (claims.TryGetProperty("nbf"u8, out _))
        {
            if (Time(claims, "nbf") is not { } from) return new(null, "the token's nbf is not a number");
            if (from - settings.Leeway > now) return new(null, "the token is not valid yet");
        }

        if (settings.Issuer is not null && Text(claims, "iss") != settings.Issuer) return new(null, "the token is from another issuer");
        if (settings.Audience is not null && !Texts(claims, "aud").Contains(settings.Audience)) return new(null, "the token is for another audience");
        if (First(claims, IdClaims) is not { } id || !Names.IsUserId(id)) return new(null, "the token names no user (user_id, userId, sub, uuid or id)");

        return new(
            new Caller
            {
                UserId = id,
                UserName = First(claims, NameClaims) ?? id,
                ExpiresAt = expires,
                IsOperator = Texts(claims, "role").Concat(Texts(claims, "roles")).Any(settings.OperatorRoles.Contains),
                Scopes = [.. Texts(claims, "scope").SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Concat(Texts(claims, "scp"))],
                RoomPatterns = [.. Texts(claims, "rooms").Select(r => new NamePattern(r))],
                Subscribe = [.. Texts(claims, "subscribe")],
                TokenId = Text(claims, "jti"),
            },
            null);
    }

    private static DateTimeOffset? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds)) return null;
        return seconds is >= 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
    }

    private static string? First(JsonElement claims, string[] names)
    {
        foreach (var name in names)
        {
            if (Text(claims, name) is { Length: > 0 } text) return text;
        }

        return null;
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.TryGetInt64(out var number) ? number.ToString(CultureInfo.InvariantCulture) : value.GetRawText(),
            _ => null,
        }
        : null;

    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        return value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)
            : [];
    }
}
