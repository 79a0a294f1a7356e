using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting;

public static class RawPath
{
    /// <summary>
    /// The last segment of the path, decoded as a whole. Route values leave <c>%2F</c> encoded, and a user id may contain a
    /// slash. Null if the server does not provide the raw request line.
    /// </summary>
    public static string? LastPathSegment(this HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target) return null;
        var path = target.Split('?', 2)[0].TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
