namespace Gateway.Contracts;

/// <summary>What a message can be addressed to.</summary>
public enum TargetKind : byte
{
    /// <summary>All connections of one user, on every pod.</summary>
    User,

    /// <summary>The members of a room.</summary>
    Room,

    /// <summary>Those who watch a task.</summary>
    Task,

    /// <summary>Every connection.</summary>
    All,
}
