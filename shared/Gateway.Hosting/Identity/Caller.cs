using System.Buffers.Binary;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Identity;

/// <summary>The user or service that a token or an API key identifies. The same for sockets and HTTP.</summary>
public sealed record Caller
{
    /// <summary>User ids that begin so belong to API keys; a token may not carry one.</summary>
    internal const string ServicePrefix = "service:";

    /// <summary>First of the claims <c>user_id, userId, sub, uuid, id</c>; <c>service:&lt;name&gt;</c> for an API key.</summary>
    public required string UserId { get; init; }

    /// <summary>First of the claims <c>username, name</c>, else the id.</summary>
    public required string UserName { get; init; }

    /// <summary>When the token expires, without leeway; <see cref="DateTimeOffset.MaxValue"/> for an API key.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Has one of <c>Auth:OperatorRoles</c>.</summary>
    public bool IsOperator { get; init; }

    /// <summary>True for an API key: a service, not a person.</summary>
    public bool IsService { get; init; }

    /// <summary><c>scope</c> (space separated) or <c>scp</c>: <c>publish:all, publish:room, publish:user</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Claim <c>rooms</c>: the caller may join a room with the policy <c>member</c> when one of these matches its name.</summary>
    public IReadOnlyList<NamePattern> RoomPatterns { get; init; } = [];

    /// <summary>Claim <c>subscribe</c>: rooms the server joins the user to.</summary>
    public IReadOnlyList<string> Subscribe { get; init; } = [];

    /// <summary>Of the claim <c>jti</c>; 0 without one. A connection holds numbers, because the texts of ids take much memory.</summary>
    public ulong TokenIdHash { get; init; }

    /// <summary>Claim <c>iat</c>, unix ms; 0 without one.</summary>
    public long IssuedAt { get; init; }

    /// <summary>Of the token itself; 0 unless <see cref="AuthOptions.Blacklist"/> is set.</summary>
    public ulong TokenHash { get; init; }

    /// <summary>The first 8 bytes of SHA-256: among ten million values, two are the same with a probability below 10⁻⁵.</summary>
    public static ulong HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}

/// <summary>Carries the <see cref="Caller"/> through ASP.NET Core's authentication.</summary>
internal sealed class CallerIdentity(Caller caller, string scheme) : ClaimsIdentity(scheme)
{
    public Caller Caller { get; } = caller;

    public override string Name => Caller.UserName;
}

public static class CallerExtensions
{
    /// <summary>The authenticated caller; null where the endpoint does not require one.</summary>
    public static Caller? GetCaller(this HttpContext context) => context.User.GetCaller();

    public static Caller? GetCaller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;

    /// <summary>Authenticates on demand, for a public endpoint that shows more to some callers.</summary>
    public static async Task<Caller?> AuthenticateCallerAsync(this HttpContext context) =>
        (await context.AuthenticateAsync(Schemes.Caller)).Principal?.GetCaller();

    /// <summary>Operators have every scope.</summary>
    public static bool HasScope(this Caller caller, string scope) => caller.IsOperator || caller.Scopes.Contains(scope);
}
