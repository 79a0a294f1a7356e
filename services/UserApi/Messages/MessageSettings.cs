namespace UserApi.Messages;

/// <summary>Section <c>Rooms</c>, which the gateway reads too: sockets and HTTP follow one rule.</summary>
internal sealed class MessageSettings
{
    /// <summary>Whether any authenticated user may send <c>user_message</c> and <c>chat</c> to another. Default true.</summary>
    public bool AllowUserMessages { get; set; } = true;
}
