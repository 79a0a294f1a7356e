using System.Text.Json;

namespace Gateway.Handshake;

/// <summary>Why a handshake was refused, and the HTTP response that says so: <c>{code, message, error}</c>.</summary>
internal sealed record Refusal(int Status, string Message, int RetryAfterSeconds = 0)
{
    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (Status == StatusCodes.Status426UpgradeRequired)
        {
            response.Headers.Upgrade = "websocket";
            response.Headers.SecWebSocketVersion = "13";
        }

        if (RetryAfterSeconds > 0) response.Headers.RetryAfter = RetryAfterSeconds.ToString();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { code = Status, message = Message, error = Message });
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
