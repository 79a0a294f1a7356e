namespace Gateway.Publishing.Contents;

/// <summary>Content of type <c>notification</c>; what is null is left out.</summary>
internal sealed record NotificationContent(string Title, string Body, string? Icon, string? Link);
