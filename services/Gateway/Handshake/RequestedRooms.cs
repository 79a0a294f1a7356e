using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Handshake;

/// <summary>Rooms to join with the handshake: the query's <c>rooms=a,b</c> and the token's claim <c>subscribe</c>.</summary>
internal static class RequestedRooms
{
    private const int MaxQuotedLength = 64;

    /// <param name="request">The handshake.</param>
    /// <param name="caller">Its user.</param>
    /// <param name="most">How many rooms the query may name; 0 = no limit.</param>
    /// <param name="rooms">Each room once; empty when the handshake is refused.</param>
    public static Refusal? Read(HttpRequest request, Caller caller, int most, out IReadOnlyCollection<Target> rooms)
    {
        rooms = [];
        var names = request.Query["rooms"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 && caller.Subscribe.Count == 0) return null;
        if (most > 0 && names.Length > most)
            return new Refusal(400, $"the query names {names.Length} rooms; a connection may be in {most} (Rooms:MaxPerConnection)") { Reason = "too many rooms in the query" };
        var targets = new HashSet<Target>();
        foreach (var name in names.Concat(caller.Subscribe))
        {
            if (!Target.TryParseRoomName(name, out var room)) return Invalid(name);
            targets.Add(room);
        }

        rooms = targets;
        return null;
    }

    private static Refusal Invalid(string name)
    {
        var quoted = name.Length <= MaxQuotedLength ? name : name[..MaxQuotedLength] + "…";
        return new Refusal(400, $"\"{quoted}\" is not a room name: {Names.Rule}; several rooms are separated by commas") { Reason = "invalid room name" };
    }
}
