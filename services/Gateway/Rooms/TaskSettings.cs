
namespace Gateway.Rooms;

/// <summary>Who may watch a task that nobody has been named the owner of.</summary>
internal sealed class TaskSettings
{
    /// <summary><c>Refuse</c>: nobody. <c>First</c> (default): it is bound to the first authenticated user who asks.</summary>
    public UnknownOwner UnknownOwner { get; set; } = UnknownOwner.First;
}

internal enum UnknownOwner
{
    Refuse,
    First,
}
