namespace Gateway.LoadTest.Servers;

/// <summary>A server that is measured.</summary>
internal sealed record ServerUnderTest
{
    public const string Subject = "gateway";

    /// <summary>Another build of the same, to compare with.</summary>
    public const string Against = "against";

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required string Dialect { get; init; }

    /// <summary>The prefix of its Redis channels. Each server has its own, so that the others are idle while it is measured.</summary>
    public required string Prefix { get; init; }

    public required int Pid { get; init; }

    /// <summary>Empty: it validates no token.</summary>
    public required string Secret { get; init; }

    /// <summary>It supports rooms and users, not only all connections.</summary>
    public bool HasRooms => Dialect != "bare";
}
