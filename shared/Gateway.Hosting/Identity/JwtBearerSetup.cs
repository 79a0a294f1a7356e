using Gateway.Hosting.Problems;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Hosting.Identity;

/// <summary>The JwtBearer scheme with the validator of the sockets, so that HTTP accepts the same tokens and remembers them too.</summary>
internal static class JwtBearerSetup
{
    public static void Configure(JwtBearerOptions options, ITokenValidator tokens, TokenParameters parameters)
    {
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new CallerTokenHandler(tokens));
        options.TokenValidationParameters = parameters.Validation;
        options.SaveToken = false;
        options.Events = new JwtBearerEvents
        {
            OnChallenge = ChallengeAsync,
            OnForbidden = context => context.HttpContext.WriteForbiddenAsync(),
        };
    }

    private static Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var reason = context.AuthenticateFailure?.Message;
        if (reason is null && context.Request.Headers.Authorization.Count > 0) reason = "the Authorization header is not: Bearer <token>";
        context.Response.Headers.WWWAuthenticate = reason is null ? "Bearer" : $"Bearer error=\"invalid_token\", error_description=\"{reason}\"";
        return context.HttpContext.WriteProblemAsync(StatusCodes.Status401Unauthorized, reason ?? "a token is needed: Authorization: Bearer <token>");
    }

    private sealed class CallerTokenHandler(ITokenValidator tokens) : TokenHandler
    {
        /// <summary>JwtBearer reads two dates of a token and keeps it; the claims are in the <see cref="Caller"/>.</summary>
        private static readonly JsonWebToken NoToken = new("{}", "{}");

        public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
        {
            var (caller, error) = await tokens.ValidateAsync(token, CancellationToken.None);
            return caller is null
                ? new() { Exception = new SecurityTokenValidationException(error) }
                : new() { IsValid = true, ClaimsIdentity = new CallerIdentity(caller, Schemes.Bearer), SecurityToken = NoToken };
        }
    }
}
