using System.Security.Claims;
using Gateway.Hosting.Problems;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Identity;

/// <summary>The JwtBearer scheme with our validator in place of its own, so that HTTP and sockets never differ about a token.</summary>
internal static class JwtBearerSetup
{
    private const string Prefix = "Bearer ";

    public static JwtBearerEvents Create() => new()
    {
        OnMessageReceived = Authenticate,
        OnChallenge = Challenge,
        OnForbidden = context => context.HttpContext.WriteForbidden(),
    };

    private static async Task Authenticate(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            context.NoResult();
            return;
        }

        if (header.Count > 1 || !header[0]!.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            context.Fail("the Authorization header is not: Bearer <token>");
            return;
        }

        var validator = context.HttpContext.RequestServices.GetRequiredService<ITokenValidator>();
        var result = await validator.ValidateAsync(header[0]![Prefix.Length..].Trim(), context.HttpContext.RequestAborted);
        if (result.Caller is { } caller)
        {
            context.Principal = new ClaimsPrincipal(new CallerIdentity(caller, Schemes.Bearer));
            context.Success();
        }
        else
        {
            context.Fail(result.Error ?? "the token is not valid");
        }
    }

    private static Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var reason = context.AuthenticateFailure?.Message;
        context.Response.Headers.WWWAuthenticate = reason is null ? "Bearer" : $"Bearer error=\"invalid_token\", error_description=\"{reason}\"";
        return context.HttpContext.WriteProblem(StatusCodes.Status401Unauthorized, reason ?? "a token is needed: Authorization: Bearer <token>");
    }
}
