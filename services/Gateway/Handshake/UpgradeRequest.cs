using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Handshake;

/// <summary>The checks of RFC 6455 section 4.2 that do not depend on the client.</summary>
internal static class UpgradeRequest
{
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static Refusal? Check(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (HttpProtocol.IsHttp10(http.Request.Protocol))
            return new Refusal(400, "a WebSocket handshake needs HTTP/1.1; a proxy may have changed the version (nginx: proxy_http_version 1.1)");
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } || !Offers(headers.Upgrade, "websocket"))
            return new Refusal(400, "not a WebSocket request: connect with a WebSocket client (Upgrade: websocket, Connection: Upgrade)");
        if (headers.SecWebSocketVersion != "13") return new Refusal(426, "Sec-WebSocket-Version must be 13");
        return IsKey(headers.SecWebSocketKey) ? null : new Refusal(400, "Sec-WebSocket-Key must be 16 random bytes in base64");
    }

    /// <summary>The value of Sec-WebSocket-Accept, RFC 6455 section 4.2.2.</summary>
    public static string Accept(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1; nothing secret depends on it.
        SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out var length) && length == 16;
    }

    private static bool Offers(Microsoft.Extensions.Primitives.StringValues values, string word)
    {
        foreach (var value in values)
        {
            foreach (var part in (value ?? "").Split(','))
            {
                if (part.Trim().Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
