using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>A key and the only algorithm a token may name for it.</summary>
internal sealed class SigningKey
{
    public const int MinRsaBits = 2048;

    private readonly SignatureProvider _provider;

    private SigningKey(string algorithm, SecurityKey key)
    {
        Algorithm = algorithm;
        _provider = key.CryptoProviderFactory.CreateForVerifying(key, algorithm);
    }

    public string Algorithm { get; }

    public static SigningKey Hmac(string secret) => new(SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)));

    public static SigningKey Rsa(RSA rsa) => rsa.KeySize >= MinRsaBits
        ? new(SecurityAlgorithms.RsaSha256, new RsaSecurityKey(rsa))
        : throw new CryptographicException($"an RSA key needs at least {MinRsaBits} bits; this one has {rsa.KeySize}");

    public static SigningKey Ec(ECDsa ec) => ec.KeySize == 256
        ? new(SecurityAlgorithms.EcdsaSha256, new ECDsaSecurityKey(ec))
        : throw new CryptographicException($"ES256 needs a key on the curve P-256; this one has {ec.KeySize} bits");

    public bool Verify(byte[] input, byte[] signature)
    {
        try
        {
            return signature.Length > 0 && _provider.Verify(input, signature);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
