using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>The API keys of the settings, by hash.</summary>
internal sealed class ApiKeyRing(IOptions<AuthSettings> settings)
{
    private readonly (byte[] Hash, Caller Caller)[] _keys = [.. settings.Value.ApiKeys.Select(k => (Convert.FromHexString(k.Hash), ToCaller(k)))];

    /// <summary>Looks at every key whatever it finds, so that the time tells nothing.</summary>
    public Caller? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        Caller? found = null;
        foreach (var (known, caller) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash)) found = caller;
        }

        return found;
    }

    private static Caller ToCaller(ApiKeySettings key) => new()
    {
        UserId = "service:" + key.Name,
        UserName = key.Name,
        ExpiresAt = DateTimeOffset.MaxValue,
        IsService = true,
        IsOperator = key.Scopes.Contains(Scopes.Operator),
        Scopes = key.Scopes,
    };
}
