namespace Gateway.Rooms;

/// <summary>Who may do a thing in a room.</summary>
internal enum Access
{
    /// <summary>Any authenticated user.</summary>
    Open,

    /// <summary>To join: a claim <c>rooms</c> with a matching pattern. To publish: who is in the room.</summary>
    Member,

    /// <summary>The user the target belongs to.</summary>
    Owner,

    /// <summary>Operators.</summary>
    Operator,

    /// <summary>Nobody over a socket: services only.</summary>
    Closed,
}
