using System.IdentityModel.Tokens.Jwt;
using System.Security.Cryptography;
using System.Text;
using Gateway.Hosting.Identity;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class TokenLibraryTests
{
    private static readonly string[] Algorithms = ["HS256", "RS256", "ES256"];

    [TestCaseSource(nameof(Algorithms))]
    public void A_token_made_by_hand_and_one_written_by_the_token_library_are_both_accepted(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (settings, key) = algorithm switch
        {
            "HS256" => (new AuthOptions { Secret = Tokens.Secret }, (SecurityKey)new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Tokens.Secret))),
            "RS256" => (new AuthOptions { PublicKey = rsa.ExportSubjectPublicKeyInfoPem() }, new RsaSecurityKey(rsa)),
            _ => (new AuthOptions { PublicKey = ec.ExportSubjectPublicKeyInfoPem() }, new ECDsaSecurityKey(ec)),
        };
        var validator = Validation.With(settings);
        var claims = Validation.Claims(("iss", "me"));
        var mine = algorithm switch { "HS256" => Tokens.Hs256(claims), "RS256" => Tokens.Rs256(claims, rsa), _ => Tokens.Es256(claims, ec) };
        Assert.That(validator.Check(mine).Error, Is.Null);

        var token = new JwtSecurityToken(new JwtHeader(new SigningCredentials(key, algorithm)), new JwtPayload { ["user_id"] = "bob", ["exp"] = Validation.Now + 60 });
        Assert.That(validator.Check(new JwtSecurityTokenHandler().WriteToken(token)).Caller?.UserId, Is.EqualTo("bob"));
    }

    [TestCaseSource(nameof(Algorithms))]
    public void Eight_threads_validate_with_one_key_without_a_wrong_result(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var claims = Validation.Claims();
        var (settings, good) = algorithm switch
        {
            "HS256" => (new AuthOptions { Secret = Tokens.Secret }, Tokens.Hs256(claims)),
            "RS256" => (new AuthOptions { PublicKey = rsa.ExportSubjectPublicKeyInfoPem() }, Tokens.Rs256(claims, rsa)),
            _ => (new AuthOptions { PublicKey = ec.ExportSubjectPublicKeyInfoPem() }, Tokens.Es256(claims, ec)),
        };
        var bad = good[..^10] + "AAAAAAAAAA";
        var validator = Validation.With(settings);
        var wrong = 0;
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (validator.Check(i % 2 == 0 ? good : bad).Caller is null == (i % 2 == 0)) Interlocked.Increment(ref wrong);
        });
        Assert.That(wrong, Is.Zero);
    }
}
