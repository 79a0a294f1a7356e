namespace Gateway.Hosting.Identity;

/// <summary>Names for <c>RequireAuthorization</c>. Without a name, any caller will do.</summary>
public static class Policies
{
    public const string Authenticated = "authenticated";
    public const string Operator = "operator";
    public const string PublishAll = Scopes.PublishAll;
    public const string PublishRoom = Scopes.PublishRoom;
    public const string PublishUser = Scopes.PublishUser;
}
