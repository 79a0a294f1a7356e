namespace Gateway.Hosting.Origins;

/// <summary>The text of an origin: scheme, host, and port unless it is the scheme's default.</summary>
internal static class Origin
{
    public const string Any = "*";

    /// <summary>The error in an entry of the list; null if it is valid.</summary>
    public static string? Error(string entry)
    {
        if (entry == Any) return null;
        if (entry is "null") return "is the origin of every sandboxed and local page and is never allowed";
        if (entry.Contains('*', StringComparison.Ordinal)) return "has a *: origins are compared as a whole; list each (or * alone for all)";
        if (!Uri.TryCreate(entry, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return "is not an origin; write https://app.example.com";
        if (uri.UserInfo.Length > 0) return "has a user name; an origin is scheme, host and port";
        if (entry.EndsWith('/') && uri.PathAndQuery is "/") return $"ends in a slash, which browsers do not send; write {Normalize(uri)}";
        if (uri.PathAndQuery is not "/" || uri.Fragment.Length > 0 || entry.Contains('?', StringComparison.Ordinal) || entry.Contains('#', StringComparison.Ordinal))
            return $"has a path; an origin is scheme, host and port: {Normalize(uri)}";
        return null;
    }

    /// <summary>Lower case, default port dropped, as browsers write it.</summary>
    public static string Normalize(Uri uri) =>
        uri.IsDefaultPort ? $"{uri.Scheme}://{uri.IdnHost}".ToLowerInvariant() : $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}".ToLowerInvariant();
}
