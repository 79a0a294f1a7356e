using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Sockets;

/// <summary>Rooms to join at once: the query's <c>rooms=a,b</c> and the token's claim <c>subscribe</c>.</summary>
internal static class RequestedRooms
{
    public static Refusal? Read(HttpRequest request, Caller caller, out IReadOnlyList<Target> rooms)
    {
        rooms = [];
        var asked = request.Query["rooms"].ToString();
        if (asked.Length == 0 && caller.Subscribe.Count == 0) return null;
        var found = new List<Target>();
        foreach (var name in asked.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Concat(caller.Subscribe))
        {
            if (!Target.TryParseRoomName(name, out var room)) return new Refusal(400, $"a room to join is {Names.Rule}, several are separated by commas");
            if (!found.Contains(room)) found.Add(room);
        }

        rooms = found;
        return null;
    }
}
