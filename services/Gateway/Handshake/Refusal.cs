using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Handshake;

/// <summary>Why a handshake was refused, and the HTTP response that says so: <c>{code, message, error}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">For the client; may quote the request.</param>
/// <param name="RetryAfterSeconds">The header Retry-After; 0 = none.</param>
internal sealed record Refusal(int Status, string Message, int RetryAfterSeconds = 0)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text by which the log counts refusals of one kind; the message, unless that quotes the request.</summary>
    public string Reason { get; init; } = Message;

    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (Status == StatusCodes.Status426UpgradeRequired)
        {
            response.Headers.Upgrade = "websocket";
            response.Headers.SecWebSocketVersion = "13";
        }

        if (RetryAfterSeconds > 0) response.Headers.RetryAfter = RetryAfterSeconds.ToString();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { code = Status, message = Message, error = Message }, Readable);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
