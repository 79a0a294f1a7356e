namespace Gateway.Hosting.Identity;

internal static class Schemes
{
    /// <summary>Whichever of the two the request brings.</summary>
    public const string Caller = "Caller";

    public const string Bearer = "Bearer";
    public const string ApiKey = "ApiKey";
}
