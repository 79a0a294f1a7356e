using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Options;

namespace Gateway.Handshake;

/// <summary>
/// Stands for a token in the URL of one handshake, so that no token gets into the logs of proxies: valid once and for 30 s, on every pod.
/// Kept as <c>gateway:ticket:&lt;ticket&gt;</c> with what is known of the caller, not with the token.
/// </summary>
internal sealed class Tickets(IStateStore store, Revocations revocations, IOptions<AuthOptions> auth, TimeProvider time)
{
    public const int LifeSeconds = 30;

    private const int Bytes = 32;

    /// <summary>Throws <see cref="BusUnavailableException"/>.</summary>
    public async Task<string> IssueAsync(Caller caller, CancellationToken cancellation)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        await store.SetAsync(Key(ticket), JsonSerializer.Serialize(Holder.From(caller)), TimeSpan.FromSeconds(LifeSeconds), cancellation);
        return ticket;
    }

    /// <summary>The caller that the ticket was issued to; null for one that is unknown, used or expired, or whose token is no longer valid. Throws <see cref="BusUnavailableException"/>.</summary>
    public async Task<Caller?> RedeemAsync(string ticket, CancellationToken cancellation)
    {
        if (ticket.Length != Base64Url.GetEncodedLength(Bytes) || !Base64Url.IsValid(ticket)) return null;
        if (await store.TakeAsync(Key(ticket), cancellation) is not { } json) return null;
        var caller = JsonSerializer.Deserialize<Holder>(json)!.ToCaller();
        return caller.ExpiresAt + auth.Value.Leeway > time.GetUtcNow() && !revocations.IsRevoked(caller) ? caller : null;
    }

    private static string Key(string ticket) => "ticket:" + ticket;

    /// <summary>The stored form of a caller.</summary>
    private sealed record Holder(
        string UserId, string UserName, DateTimeOffset ExpiresAt, bool IsOperator, IReadOnlyList<string> Scopes, IReadOnlyList<string> Rooms, IReadOnlyList<string> Subscribe,
        ulong TokenIdHash, long IssuedAt, ulong TokenHash)
    {
        public static Holder From(Caller caller) => new(
            caller.UserId, caller.UserName, caller.ExpiresAt, caller.IsOperator, caller.Scopes, [.. caller.RoomPatterns.Select(pattern => pattern.Text)], caller.Subscribe,
            caller.TokenIdHash, caller.IssuedAt, caller.TokenHash);

        public Caller ToCaller() => new()
        {
            UserId = UserId,
            UserName = UserName == UserId ? UserId : UserName,
            ExpiresAt = ExpiresAt,
            IsOperator = IsOperator,
            Scopes = Scopes,
            RoomPatterns = [.. Rooms.Select(text => new NamePattern(text))],
            Subscribe = Subscribe,
            TokenIdHash = TokenIdHash,
            IssuedAt = IssuedAt,
            TokenHash = TokenHash,
        };
    }
}

/// <summary><c>POST /ws/ticket</c> with a bearer token: a ticket for the next handshake.</summary>
internal static class TicketEndpoint
{
    public static void MapTickets(this IEndpointRouteBuilder app) => app.MapPost("/ws/ticket", IssueAsync).RequireAuthorization();

    private static async Task<IResult> IssueAsync(HttpContext http, Tickets tickets)
    {
        var caller = http.GetCaller()!;
        if (caller.IsService) return Results.Problem("an API key opens no connections: a ticket needs a token", statusCode: StatusCodes.Status403Forbidden);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new TicketResponse(await tickets.IssueAsync(caller, http.RequestAborted), Tickets.LifeSeconds));
    }

    internal sealed record TicketResponse(string Ticket, int ExpiresIn);
}
