namespace Gateway.Hosting.Identity;

/// <summary>What the <c>scope</c> of a token or of an API key may hold.</summary>
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

/// <summary>Policy names for <c>RequireAuthorization</c>. Without a name, every authenticated caller is allowed.</summary>
public static class Policies
{
    public const string Operator = Scopes.Operator;
}

internal static class Schemes
{
    /// <summary>The API key where the request has one, else the bearer token.</summary>
    public const string Caller = "Caller";

    public const string Bearer = "Bearer";
    public const string ApiKey = "ApiKey";
}
