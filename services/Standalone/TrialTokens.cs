using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Standalone;

/// <summary>A signing key for this run alone, and tokens made with it.</summary>
internal sealed class TrialTokens(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly string Header = Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT" }));

    /// <summary>256 random bits as text, the form in which services take an HS256 secret.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(64);

    /// <summary>A token of this user that may publish everywhere.</summary>
    public string For(string user)
    {
        var claims = new
        {
            user_id = user,
            username = user,
            scope = "publish:all publish:room publish:user",
            exp = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds(),
        };
        var signed = $"{Header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Encode(signature)}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
