using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Bus.Redis;

/// <summary>The server that the options name, by <see cref="RedisOptions.Uri"/> or by single values. <see cref="ToString"/> shows no secret.</summary>
internal sealed record RedisEndpoint(string Host, int Port, string? Password, int Database, bool Tls)
{
    private const int DefaultPort = 6379;

    private const string NoIpv6 = "is an IPv6 address; publishing works over IPv4 only: give the server's name or IPv4 address";

    public static RedisEndpoint From(RedisOptions options)
    {
        if (options.Uri is { Length: > 0 } uri) return FromUri(uri);
        var password = string.IsNullOrEmpty(options.Password) ? null : options.Password;
        return new RedisEndpoint(options.Host ?? "localhost", options.Port, password, options.Database, options.Tls);
    }

    /// <summary>The error in an address, or null. The text repeats nothing of the address, which may contain the password.</summary>
    public static string? Error(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            return "must be redis://[:password@]host[:port][/database], or rediss:// for TLS";
        if (uri.UserInfo.Split(':', 2) is [not "" and not "default", _]) return "names a user; this client can only authenticate as the user default";
        if (uri.HostNameType == UriHostNameType.IPv6) return NoIpv6;
        return DatabaseOf(uri) is null ? "has a path that is not a database number" : null;
    }

    /// <summary>The error in a host name, or null.</summary>
    public static string? HostError(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? NoIpv6 : null;

    public override string ToString() => $"{Host}:{Port}";

    private static RedisEndpoint FromUri(string text)
    {
        if (Error(text) is { } error) throw new ArgumentException($"Redis:Uri {error}", nameof(text));
        var uri = new Uri(text);
        // redis://secret@host is common too: without a colon the value is the password.
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
