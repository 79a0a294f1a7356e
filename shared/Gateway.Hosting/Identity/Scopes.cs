namespace Gateway.Hosting.Identity;

/// <summary>What a token's <c>scope</c> or an API key may hold.</summary>
public static class Scopes
{
    public const string PublishAll = "publish:all";
    public const string PublishRoom = "publish:room";
    public const string PublishUser = "publish:user";

    /// <summary>For API keys only; a token gets it by its role.</summary>
    public const string Operator = "operator";

    public static readonly IReadOnlyList<string> Publishing = [PublishAll, PublishRoom, PublishUser];

    internal static readonly IReadOnlyList<string> All = [.. Publishing, Operator];
}
