using System.Globalization;

namespace Gateway.Bus.Redis;

/// <summary>Which server, as the settings say it one way or the other. <see cref="ToString"/> shows no secret.</summary>
internal sealed record RedisEndpoint(string Host, int Port, string? Password, int Database, bool Tls)
{
    private const int DefaultPort = 6379;

    public static RedisEndpoint From(RedisOptions options)
    {
        if (options.Uri is { Length: > 0 } uri) return FromUri(uri);
        var password = string.IsNullOrEmpty(options.Password) ? null : options.Password;
        return new RedisEndpoint(options.Host ?? "localhost", options.Port, password, options.Database, options.Tls);
    }

    /// <summary>What is wrong with such an address, or null. The text repeats nothing of it, for it may hold the password.</summary>
    public static string? Fault(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            return "must be redis://[:password@]host[:port][/database], or rediss:// for TLS";
        if (uri.UserInfo.Split(':', 2) is [not "" and not "default", _]) return "names a user; this client signs in as the user default only";
        return DatabaseOf(uri) is null ? "has something behind the host that is no database number" : null;
    }

    public override string ToString() => $"{Host}:{Port}";

    private static RedisEndpoint FromUri(string text)
    {
        if (Fault(text) is { } fault) throw new ArgumentException($"Redis:Uri {fault}", nameof(text));
        var uri = new Uri(text);
        // redis://secret@host is written too: without a colon the word is the password.
        var password = Uri.UnescapeDataString(uri.UserInfo.Split(':', 2)[^1]);
        return new RedisEndpoint(
            uri.DnsSafeHost, uri.Port > 0 ? uri.Port : DefaultPort, password is "" ? null : password, DatabaseOf(uri)!.Value, uri.Scheme == "rediss");
    }

    private static int? DatabaseOf(Uri uri)
    {
        var path = uri.AbsolutePath.Trim('/');
        if (path is "") return 0;
        return int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1024 ? number : null;
    }
}
