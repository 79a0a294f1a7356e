using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.Hosting.Identity;

/// <summary>Claims of a token whose signature fits → <see cref="Caller"/>.</summary>
internal static class CallerReader
{
    private static readonly string[] IdNames = ["user_id", "userId", "sub", "uuid", "id"];
    private static readonly string[] UserNames = ["username", "name"];

    public static TokenResult Read(JsonElement claims, AuthOptions settings, DateTimeOffset now)
    {
        if (ClaimValue.Time(claims, "exp") is not { } expires) return Refuse("the token has no exp that is a number of seconds");
        if (expires + settings.Leeway <= now) return Refuse("the token has expired");
        if (claims.TryGetProperty("nbf"u8, out _))
        {
            if (ClaimValue.Time(claims, "nbf") is not { } from) return Refuse("the token's nbf is not a number of seconds");
            if (from - settings.Leeway > now) return Refuse("the token is not valid yet");
        }

        if (settings.Issuer is { } issuer && ClaimValue.Text(claims, "iss") != issuer) return Refuse("the token is from another issuer");
        if (settings.Audience is { } audience && !ClaimValue.Texts(claims, "aud").Contains(audience)) return Refuse("the token is for another audience");
        if (UserId(claims) is not { } id) return Refuse("the token names no user: one of user_id, userId, sub, uuid, id must hold 1 to 256 visible characters");
        return new(ToCaller(claims, settings, id, expires), null);
    }

    private static Caller ToCaller(JsonElement claims, AuthOptions settings, string id, DateTimeOffset expires) => new()
    {
        UserId = id,
        UserName = UserName(claims) ?? id,
        ExpiresAt = expires,
        IsOperator = ClaimValue.Texts(claims, "role").Concat(ClaimValue.Texts(claims, "roles")).Any(settings.OperatorRoles.Contains),
        Scopes = ClaimValue.Words(claims, "scope").Concat(ClaimValue.Words(claims, "scp")).ToArray(),
        RoomPatterns = ClaimValue.Texts(claims, "rooms").Select(r => new NamePattern(r)).ToArray(),
        Subscribe = ClaimValue.Texts(claims, "subscribe").ToArray(),
        TokenId = ClaimValue.Text(claims, "jti"),
    };

    /// <summary>
    /// The first that is there decides: with one that is no id the token is refused, and not read as somebody else's.
    /// </summary>
    private static string? UserId(JsonElement claims)
    {
        foreach (var name in IdNames)
        {
            if (ClaimValue.IsEmpty(claims, name)) continue;
            return ClaimValue.Text(claims, name) is { } id && Names.IsUserId(id) ? id : null;
        }

        return null;
    }

    private static string? UserName(JsonElement claims)
    {
        foreach (var name in UserNames)
        {
            if (ClaimValue.Text(claims, name) is { Length: > 0 } text && !text.Any(char.IsControl)) return text;
        }

        return null;
    }

    private static TokenResult Refuse(string reason) => new(null, reason);
}
