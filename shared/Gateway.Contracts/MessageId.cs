namespace Gateway.Contracts;

/// <summary>Ids the gateway makes: time-ordered UUIDs (RFC 9562, version 7) without dashes.</summary>
public static class MessageId
{
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("n");

    public static bool IsValid(string id) => id.Length is > 0 and <= Message.MaxIdLength && Names.IsName(id);
}
