using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.Testing;

/// <summary>Mints tokens by hand, good ones and such as no library would.</summary>
internal static class Tokens
{
    /// <summary>The HS256 secret of every test service.</summary>
    public const string Secret = "a-secret-of-the-tests-that-is-long-enough-for-HS256";

    /// <summary>An HS256 token of this user, good for an hour.</summary>
    /// <param name="user">The claim <c>user_id</c>, and <c>username</c> too.</param>
    /// <param name="claims">More claims, or others in place of these.</param>
    public static string For(string user, params (string Name, object? Value)[] claims) => Hs256(Claims(user, claims));

    /// <summary>A token with the role <c>operator</c>.</summary>
    public static string Operator(string user = "olga") => For(user, ("role", "operator"));

    /// <summary>A token with scopes, as <c>publish:all publish:room publish:user</c>.</summary>
    public static string WithScopes(string user, string scopes) => For(user, ("scope", scopes));

    public static string Hs256(object claims, string secret = Secret) =>
        Sign("""{"alg":"HS256","typ":"JWT"}""", claims, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input));

    public static string Hs256WithHeader(string header, object claims) => Sign(header, claims, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), input));

    public static string Rs256(object claims, RSA key, string? kid = null) =>
        Sign(Header("RS256", kid), claims, input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(object claims, ECDsa key, string? kid = null) =>
        Sign(Header("ES256", kid), claims, input => key.SignData(input, HashAlgorithmName.SHA256));

    public static string None(object claims) => Sign("""{"alg":"none"}""", claims, _ => []);

    /// <summary>Any header and any payload, signed as told.</summary>
    public static string Sign(string header, object claims, Func<byte[], byte[]> sign)
    {
        var payload = claims as string ?? JsonSerializer.Serialize(claims);
        var input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return input + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary><c>user_id</c>, <c>username</c> and an <c>exp</c> in an hour; a null takes a claim away.</summary>
    public static Dictionary<string, object> Claims(string user, params (string Name, object? Value)[] more)
    {
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["user_id"] = user,
            ["username"] = user,
            ["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3600,
        };
        foreach (var (name, value) in more) claims[name] = value;
        return claims.Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value!, StringComparer.Ordinal);
    }

    private static string Header(string algorithm, string? kid) =>
        JsonSerializer.Serialize(kid is null ? new { alg = algorithm } : (object)new { alg = algorithm, kid });
}
