namespace Gateway.Connections;

/// <summary>What happens to a receiver that is slower than its room.</summary>
internal enum OverflowPolicy : byte
{
    /// <summary>Close with 4429; history makes it lossless.</summary>
    Close,

    /// <summary>Drop the room's oldest waiting messages and tell the client by a <c>gap</c> frame.</summary>
    DropOldest,
}
