using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>A key and the only algorithm a token may name for it.</summary>
internal sealed record SigningKey(string Algorithm, SecurityKey Key)
{
    public const int MinRsaBits = 2048;

    public static SigningKey Hmac(string secret) => new(SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)));

    public static SigningKey Rsa(RSA rsa, string? kid = null) => rsa.KeySize >= MinRsaBits
        ? new(SecurityAlgorithms.RsaSha256, new RsaSecurityKey(rsa) { KeyId = kid })
        : throw new CryptographicException($"an RSA key needs at least {MinRsaBits} bits; this one has {rsa.KeySize}");

    public static SigningKey Ec(ECDsa ec, string? kid = null) => ec.KeySize == 256
        ? new(SecurityAlgorithms.EcdsaSha256, new ECDsaSecurityKey(ec) { KeyId = kid })
        : throw new CryptographicException($"ES256 needs a key on the curve P-256; this one has {ec.KeySize} bits");
}
