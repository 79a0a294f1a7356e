using System.Text.Json;
using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Hosting.Identity;
using Gateway.Rooms;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.Commands;

/// <summary><c>ping</c>: the response is <c>pong</c>, with or without a <c>ref</c>.</summary>
internal sealed class Ping : ClientCommand
{
    public override string Type => "ping";

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) => new(Reply.Pong);
}

/// <summary>
/// <c>refresh_token</c>: a token of the same user that expires later. The policies are applied again; the ack names the rooms
/// that were left.
/// </summary>
internal sealed class RefreshToken(ITokenValidator tokens, Membership membership, Revocations revocations, IOptions<AuthOptions> auth) : ClientCommand
{
    public override string Type => "refresh_token";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        var token = command.Content.ValueKind == JsonValueKind.String ? command.Content.GetString() : command.ContentString("token");
        if (token is null) return Reply.Invalid("no token: give it as a string, \"content\" or \"content.token\"");
        var result = await tokens.ValidateAsync(token, cancellation);
        if (result.Caller is not { } caller) return Reply.Forbidden(result.Error!);
        if (caller.UserId != connection.Caller.UserId) return Reply.Forbidden("the token is of another user");
        if (caller.ExpiresAt < connection.Caller.ExpiresAt) return Reply.Forbidden("the token expires before the present one");
        var left = await membership.RecheckAsync(connection, caller, cancellation);
        connection.Caller = caller;
        // It may have been revoked after it was validated and before the connection had it.
        if (revocations.IsRevoked(caller)) connection.Close(CloseCode.Forbidden);
        connection.Liveness.SetExpiry(caller.ExpiresAt + auth.Value.Leeway);
        return Reply.Ok(Describe(caller, left.Select(target => target.RoomName)));
    }

    /// <summary>Room names need no escaping.</summary>
    private static string Describe(Caller caller, IEnumerable<string> left) =>
        JsonSerializer.Serialize(new { expires_at = caller.ExpiresAt.ToUnixTimeSeconds(), left_rooms = left });
}
