using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Standalone;

/// <summary>The signing key of this process, and the tokens made with it.</summary>
internal sealed class TrialTokens(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>256 random bits as text, the form in which services take an HS256 secret.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(64);

    /// <summary>A token of this user that may publish to every target.</summary>
    public string For(string user) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object> { ["user_id"] = user, ["username"] = user, ["scope"] = "publish:all publish:room publish:user" },
        Expires = (time.GetUtcNow() + Lifetime).UtcDateTime,
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)), SecurityAlgorithms.HmacSha256),
    });
}
