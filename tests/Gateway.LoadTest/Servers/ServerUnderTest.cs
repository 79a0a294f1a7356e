namespace Gateway.LoadTest.Servers;

/// <summary>A server that is measured, wherever it came from.</summary>
internal sealed record ServerUnderTest
{
    public const string Subject = "gateway";

    /// <summary>Another build of the same, to compare with.</summary>
    public const string Against = "against";

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required string Dialect { get; init; }

    /// <summary>What its Redis channels begin with. Each server has its own, so that the others rest while it is measured.</summary>
    public required string Prefix { get; init; }

    public required int Pid { get; init; }

    /// <summary>Empty: it checks no token.</summary>
    public required string Secret { get; init; }

    /// <summary>It knows rooms and users, not just everyone.</summary>
    public bool HasRooms => Dialect != "bare";
}
