using System.Text.Json;

namespace Gateway.Hosting.Identity;

/// <summary>What a token's header may say: one algorithm, the key's own, and nothing that points to another key.</summary>
internal static class TokenHeader
{
    private static readonly string[] Refused = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"];

    public static string? Fault(JsonElement header, string algorithm)
    {
        if (!header.TryGetProperty("alg"u8, out var alg) || alg.ValueKind != JsonValueKind.String || !alg.ValueEquals(algorithm))
            return $"the token is not signed with {algorithm}";
        foreach (var name in Refused)
        {
            if (header.TryGetProperty(name, out _)) return $"the token's header has {name}, which is not taken here";
        }

        return null;
    }
}
