using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Handshake;

/// <summary>
/// What to join with the handshake, besides the user and <c>all</c>: the query's <c>rooms=a,b</c>, the token's claim <c>subscribe</c>, and
/// the targets of the query's <c>cursor</c>, which are resumed.
/// </summary>
/// <param name="Rooms">Each target once.</param>
/// <param name="Cursors">From where targets are resumed, the user and <c>all</c> included; null if there is no cursor.</param>
internal sealed record RequestedTargets(IReadOnlyCollection<Target> Rooms, IReadOnlyDictionary<Target, Position>? Cursors)
{
    public static readonly RequestedTargets None = new([], null);

    private const int MaxQuotedLength = 64;

    /// <param name="request">The handshake.</param>
    /// <param name="caller">Its user.</param>
    /// <param name="most">How many rooms the query may name; 0 = no limit.</param>
    /// <param name="targets">What to join; <see cref="None"/> when the handshake is refused.</param>
    public static Refusal? Read(HttpRequest request, Caller caller, int most, out RequestedTargets targets)
    {
        targets = None;
        var names = request.Query["rooms"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var cursor = request.Query["cursor"].ToString();
        if (names.Length == 0 && caller.Subscribe.Count == 0 && cursor.Length == 0) return null;
        if (most > 0 && names.Length > most)
            return new Refusal(400, $"the query names {names.Length} rooms; a connection may be in {most} (Rooms:MaxPerConnection)") { Reason = "too many rooms in the query" };
        var rooms = new HashSet<Target>();
        foreach (var name in names.Concat(caller.Subscribe))
        {
            if (!Target.TryParseRoomName(name, out var room)) return Invalid(name);
            rooms.Add(room);
        }

        if (cursor.Length == 0)
        {
            targets = new RequestedTargets(rooms, null);
            return null;
        }

        if (!Cursor.TryParse(cursor, out var places, out var error)) return new Refusal(400, error!) { Reason = "invalid cursor" };
        rooms.UnionWith(places.Select(place => place.Target).Where(target => target.Kind != TargetKind.All && target != Target.User(caller.UserId)));
        targets = new RequestedTargets(rooms, places.ToDictionary(place => place.Target, place => place.Position));
        return null;
    }

    public Position? CursorOf(Target target) => Cursors is not null && Cursors.TryGetValue(target, out var position) ? position : null;

    private static Refusal Invalid(string name)
    {
        var quoted = name.Length <= MaxQuotedLength ? name : name[..MaxQuotedLength] + "…";
        return new Refusal(400, $"\"{quoted}\" is not a room name: {Names.Rule}; several rooms are separated by commas") { Reason = "invalid room name" };
    }
}
