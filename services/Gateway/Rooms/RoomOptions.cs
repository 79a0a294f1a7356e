using System.ComponentModel.DataAnnotations;

namespace Gateway.Rooms;

/// <summary>Who may join and publish where.</summary>
internal sealed class RoomOptions
{
    /// <summary>First match by pattern; asked before the built-in ones: user:* and task:* (join Owner, publish Closed), ops:* (Operator), * (join Open, publish Member).</summary>
    public IReadOnlyList<RoomPolicy> Policies { get; set; } = [];

    /// <summary>Rooms and tasks one connection may be in; 0 = no limit. 0–100,000; default 100.</summary>
    [Range(0, 100_000)]
    public int MaxPerConnection { get; set; } = 100;

    /// <summary>Whether any authenticated user may send <c>user_message</c> and <c>chat</c> to another. Default true.</summary>
    public bool AllowUserMessages { get; set; } = true;
}
