using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Gateway.Hosting.Identity;

/// <summary>What can be wrong with <see cref="AuthSettings"/>, in words.</summary>
internal static class AuthFaults
{
    public static IEnumerable<ValidationResult> Of(AuthSettings auth)
    {
        foreach (var fault in Source(auth)) yield return fault;
        if (auth.Secret is not null && Encoding.UTF8.GetByteCount(auth.Secret) is var bytes and < AuthSettings.MinSecretBytes)
            yield return new($"an HS256 secret needs at least {AuthSettings.MinSecretBytes} bytes; this one has {bytes}. Make one: openssl rand -base64 48", [nameof(auth.Secret)]);
        if (auth.PublicKey is not null && PemKey.Fault(auth.PublicKey) is { } pem) yield return new(pem, [nameof(auth.PublicKey)]);
        if (auth.Authority is not null && Authority(auth.Authority) is { } authority) yield return new(authority, [nameof(auth.Authority)]);
    }

    private static IEnumerable<ValidationResult> Source(AuthSettings auth)
    {
        var set = new[] { auth.Secret, auth.PublicKey, auth.Authority }.Count(s => s is not null);
        if (set == 0)
            yield return new("tokens cannot be checked without a key: set JWT_SECRET (HS256), JWT_PUBLIC_KEY (RS256, ES256) or JWT_AUTHORITY", [nameof(auth.Secret)]);
        if (set > 1)
            yield return new("one kind of key at a time: set only one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_AUTHORITY, or a key of one kind could be passed off as another", [nameof(auth.Secret)]);
    }

    private static string? Authority(string authority)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri)) return "is not an address";
        return uri.Scheme == Uri.UriSchemeHttps || (uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp) ? null : "must be https (http is taken on this machine only): who can change its keys can be anybody";
    }
}
