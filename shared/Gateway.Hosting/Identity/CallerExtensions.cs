using System.Security.Claims;
using Gateway.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Identity;

public static class CallerExtensions
{
    /// <summary>Who calls; null where the endpoint asks for nobody in particular.</summary>
    public static Caller? GetCaller(this HttpContext context) => context.User.GetCaller();

    public static Caller? GetCaller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;

    /// <summary>For an endpoint open to all that shows more to some: reads the token or API key now.</summary>
    public static async Task<Caller?> AuthenticateCallerAsync(this HttpContext context) =>
        (await context.AuthenticateAsync(Schemes.Caller)).Principal?.GetCaller();

    /// <summary>Operators may publish to anybody, others as far as their scopes go. A task is published to like a room.</summary>
    public static bool MayPublishTo(this Caller caller, Target target) => caller.HasScope(target.Kind switch
    {
        TargetKind.All => Scopes.PublishAll,
        TargetKind.User => Scopes.PublishUser,
        _ => Scopes.PublishRoom,
    });

    internal static bool HasScope(this Caller caller, string scope) => caller.IsOperator || caller.Scopes.Contains(scope);
}
