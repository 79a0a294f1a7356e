using Gateway.Hosting.Problems;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Identity;

internal static class IdentityExtensions
{
    public static void AddIdentity(this IServiceCollection services)
    {
        services.AddValidatedOptions<AuthOptions>("Auth");
        services.AddHostedService<AudienceWarning>();
        services.AddSingleton<TokenParameters>();
        services.AddSingleton<TokenValidator>();
        services.AddSingleton<TokenCache>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<ITokenValidator, RevocationCheck>();
        services.AddSingleton<ApiKeys>();
        // No default scheme: only endpoints that require a caller authenticate one, and a socket's token is validated once, by the handshake.
        services.AddAuthentication()
            .AddJwtBearer(Schemes.Bearer, configureOptions: _ => { })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Schemes.ApiKey, configureOptions: null)
            .AddPolicyScheme(Schemes.Caller, displayName: null, scheme => scheme.ForwardDefaultSelector = ByHeader);
        services.AddOptions<JwtBearerOptions>(Schemes.Bearer).Configure<ITokenValidator, TokenParameters>(JwtBearerSetup.Configure);
        services.AddAuthorization(AddPolicies);
    }

    private static string ByHeader(HttpContext context) => context.Request.Headers.ContainsKey(ApiKeyHandler.Header) ? Schemes.ApiKey : Schemes.Bearer;

    private static void AddPolicies(AuthorizationOptions options)
    {
        options.DefaultPolicy = Require(_ => true);
        options.AddPolicy(Policies.Operator, Require(caller => caller.IsOperator));
    }

    private static AuthorizationPolicy Require(Func<Caller, bool> condition) =>
        new AuthorizationPolicyBuilder(Schemes.Caller)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.User.GetCaller() is { } caller && condition(caller))
            .Build();

    internal static Task WriteForbiddenAsync(this HttpContext context) =>
        context.WriteProblemAsync(StatusCodes.Status403Forbidden, "the caller lacks the scope or role that this endpoint requires");
}
