using Gateway.Contracts;

namespace Gateway.Hosting.Identity;

/// <summary>For whom a token or an API key speaks, read once and the same for sockets and HTTP.</summary>
public sealed record Caller
{
    /// <summary>First of the claims <c>user_id, userId, sub, uuid, id</c>.</summary>
    public required string UserId { get; init; }

    /// <summary>First of the claims <c>username, name</c>, else the id.</summary>
    public required string UserName { get; init; }

    /// <summary>When the token ends, without leeway; the far future for an API key.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Has one of <c>Auth:OperatorRoles</c>.</summary>
    public bool IsOperator { get; init; }

    /// <summary>True for an API key: a service, not a person.</summary>
    public bool IsService { get; init; }

    /// <summary><c>scope</c> (space separated) or <c>scp</c>: <c>publish:all, publish:room, publish:user</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Claim <c>rooms</c>: rooms whose policy says <c>member</c> are open to a match.</summary>
    public IReadOnlyList<NamePattern> RoomPatterns { get; init; } = [];

    /// <summary>Claim <c>subscribe</c>: rooms the server joins the user to.</summary>
    public IReadOnlyList<string> Subscribe { get; init; } = [];

    /// <summary>Claim <c>jti</c>.</summary>
    public string? TokenId { get; init; }
}
