namespace Gateway.Handshake;

/// <summary>
/// The client's token, from the first of these that is present: the Authorization header, the subprotocols
/// <c>gateway.v1, bearer.&lt;jwt&gt;</c>, the query's <c>ticket</c>, its <c>token</c> or <c>access_token</c>.
/// </summary>
/// <param name="Token">The token, or null.</param>
/// <param name="Ticket">The ticket in place of a token, or null.</param>
/// <param name="Subprotocol">The value of Sec-WebSocket-Protocol in the response; never the one that carries the token.</param>
/// <param name="Refusal">Set when none of the offered subprotocols may be answered.</param>
internal readonly record struct Credentials(string? Token, string? Ticket, string? Subprotocol, Refusal? Refusal)
{
    private const string GatewayProtocol = "gateway.v1";
    private const string BearerProtocol = "bearer.";
    private const string BearerHeader = "Bearer ";

    public static Credentials Read(HttpRequest request)
    {
        string? subprotocol = null, fromProtocol = null;
        foreach (var offer in request.Headers.SecWebSocketProtocol.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (offer == GatewayProtocol) subprotocol = offer;
            else if (offer.StartsWith(BearerProtocol, StringComparison.Ordinal)) fromProtocol ??= offer[BearerProtocol.Length..];
        }

        if (fromProtocol is not null && subprotocol is null)
            return new(null, null, null, new Refusal(400, $"offer {GatewayProtocol} beside bearer.<token>: the response must name a subprotocol and never a token"));
        if ((FromHeader(request) ?? fromProtocol) is { } token) return new(token, null, subprotocol, null);
        if (FromQuery(request, "ticket") is { } ticket) return new(null, ticket, subprotocol, null);
        return new(FromQuery(request, "token") ?? FromQuery(request, "access_token"), null, subprotocol, null);
    }

    private static string? FromHeader(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var value && value.StartsWith(BearerHeader, StringComparison.OrdinalIgnoreCase)
            ? value[BearerHeader.Length..].Trim()
            : null;

    private static string? FromQuery(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out var values) && values[0] is { Length: > 0 } token ? token : null;
}
