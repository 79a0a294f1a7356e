using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Handshake;

/// <summary>Rooms to join with the handshake: the query's <c>rooms=a,b</c> and the token's claim <c>subscribe</c>.</summary>
internal static class RequestedRooms
{
    public static Refusal? Read(HttpRequest request, Caller caller, out IReadOnlyList<Target> rooms)
    {
        rooms = [];
        var requested = request.Query["rooms"].ToString();
        if (requested.Length == 0 && caller.Subscribe.Count == 0) return null;
        var targets = new List<Target>();
        foreach (var name in requested.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Concat(caller.Subscribe))
        {
            if (!Target.TryParseRoomName(name, out var room)) return new Refusal(400, $"a room to join is {Names.Rule}, several are separated by commas");
            if (!targets.Contains(room)) targets.Add(room);
        }

        rooms = targets;
        return null;
    }
}
