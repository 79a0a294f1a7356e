using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Commands;

/// <summary><c>room_members</c>: the users in a room with presence, over all pods.</summary>
internal sealed class RoomMembers(IPresence presence, RoomPolicies policies, IOptions<PresenceOptions> options) : ClientCommand
{
    private const int Limit = 1000;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Type => "room_members";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (command.Reference is null) return Reply.Invalid("\"room_members\" needs a \"ref\": the members are in its ack");
        if (!RoomName.TryRead(command, contentMayBeName: true, out var room, out var error)) return error;
        if (!options.Value.Enabled || room.Kind != TargetKind.Room || !policies.Of(room).Presence)
            return Reply.Forbidden($"the policy of the room {room.RoomName} does not show its members");
        if (!connection.Memberships.Contains(room)) return Reply.NotMember($"you are not in the room {room.RoomName}; join it first");
        var page = await presence.GetMembersAsync(room, Limit, cancellation);
        var members = page.Users.Select(user => new { user_id = user.UserId, user_name = user.UserName, connections = user.Connections });
        return Reply.Ok(JsonSerializer.SerializeToUtf8Bytes(new { room = room.RoomName, count = page.Total, members, more = page.HasMore }, Readable));
    }
}
