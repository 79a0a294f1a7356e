namespace Gateway.Rooms;

/// <summary>Who may watch a task that has no registered owner.</summary>
internal sealed class TaskOptions
{
    /// <summary><c>Refuse</c>: nobody. <c>First</c> (default): it is bound to the first authenticated user who joins it.</summary>
    public UnknownOwner UnknownOwner { get; set; } = UnknownOwner.First;
}

internal enum UnknownOwner
{
    Refuse,
    First,
}
