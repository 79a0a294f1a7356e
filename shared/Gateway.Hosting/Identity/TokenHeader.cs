using System.Text.Json;

namespace Gateway.Hosting.Identity;

/// <summary>What a token's header may say: the key's own algorithm, a name for the key, and nothing that brings another key.</summary>
internal static class TokenHeader
{
    private static readonly string[] Refused = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"];

    public static string? Fault(JsonElement header, out string? kid)
    {
        kid = null;
        foreach (var name in Refused)
        {
            if (header.TryGetProperty(name, out _)) return $"the token's header has {name}, which is not taken here";
        }

        if (!header.TryGetProperty("kid"u8, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) return "the token's kid is not a text";
        kid = value.GetString();
        return null;
    }

    public static bool IsSignedWith(JsonElement header, string algorithm) =>
        header.TryGetProperty("alg"u8, out var alg) && alg.ValueKind == JsonValueKind.String && alg.ValueEquals(algorithm);
}
