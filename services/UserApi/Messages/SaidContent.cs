namespace UserApi.Messages;

/// <summary>Content of <c>user_message</c> and <c>chat</c>: who says it, to whom or where, and what.</summary>
internal sealed record SaidContent(string From, string? To, string? Room, string Text);
