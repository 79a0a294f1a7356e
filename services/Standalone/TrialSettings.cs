namespace Standalone;

/// <summary>
/// What holds whatever the environment says: a shell that is set up for a real service must neither open this process
/// to the network nor lend it a key or a Redis.
/// </summary>
internal static class TrialOptions
{
    public static IEnumerable<KeyValuePair<string, string?>> Of(TrialTokens tokens) => new Dictionary<string, string?>
    {
        ["Listen:Address"] = "127.0.0.1",
        ["Listen:Certificate"] = "",
        ["Listen:CertificateKey"] = "",
        ["Redis:Host"] = "",
        ["Redis:Uri"] = "",
        ["Auth:Secret"] = tokens.Secret,
        ["Auth:PublicKey"] = "",
        ["Auth:Authority"] = "",
        ["Auth:Issuer"] = "",
        ["Auth:Audience"] = "",
        // Ctrl+C should not take a quarter of a minute.
        ["Drain:Budget"] = "0",
    };
}
