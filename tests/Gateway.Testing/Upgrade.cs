using System.Net;
using System.Text.Json;

namespace Gateway.Testing;

/// <summary>Handshakes as plain HTTP requests, for tests of refusals.</summary>
internal static class Upgrade
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    public static HttpRequestMessage Request(string pathAndQuery, string key = Key, string version = "13")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", version);
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        return request;
    }

    /// <summary>The response to a handshake with further headers.</summary>
    public static async Task<HttpResponseMessage> AnswerAsync(ServiceHost gateway, string pathAndQuery, params (string Name, string Value)[] headers)
    {
        using var request = Request(pathAndQuery);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await TestTimeout.For(gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead), "the response to a handshake");
    }

    public static async Task<HttpStatusCode> StatusAsync(ServiceHost gateway, string pathAndQuery, params (string Name, string Value)[] headers)
    {
        using var response = await AnswerAsync(gateway, pathAndQuery, headers);
        return response.StatusCode;
    }

    public static async Task<JsonElement> BodyAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();
}
