namespace Gateway.FunctionalTests.Infrastructure;

/// <summary>Opening handshakes as plain HTTP requests, for those that are to be refused.</summary>
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
}
