using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Standalone;

/// <summary>The page at <c>/</c>: plain HTML and JavaScript without external files, and a token for each trial user.</summary>
internal sealed class TestPage(TrialTokens tokens)
{
    private const string TokensHere = "{{tokens}}";

    private static readonly FrozenDictionary<string, (string Type, string Text)> Files = new Dictionary<string, (string, string)>
    {
        ["/"] = ("text/html; charset=utf-8", Read("index.html")),
        ["/page.css"] = ("text/css; charset=utf-8", Read("page.css")),
        ["/page.js"] = ("text/javascript; charset=utf-8", Read("page.js")),
    }.ToFrozenDictionary();

    /// <summary>Runs before CORS, so that no page of another origin can read this one.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        return HttpMethods.IsGet(request.Method) && !IsUpgrade(context) && Files.TryGetValue(request.Path.Value ?? "", out var file)
            ? Write(context, file.Type, file.Text.Replace(TokensHere, Tokens(), StringComparison.Ordinal))
            : next(context);
    }

    private string Tokens()
    {
        var list = Trial.Users.Select(user => new { user, token = tokens.For(user) });
        return HtmlEncoder.Default.Encode(JsonSerializer.Serialize(list));
    }

    private static Task Write(HttpContext context, string type, string text)
    {
        var headers = context.Response.Headers;
        headers.ContentType = type;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // ws: is listed because older browsers do not treat it as 'self'.
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; " +
            $"connect-src 'self' ws://{context.Request.Host}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
        return context.Response.WriteAsync(text);
    }

    private static bool IsUpgrade(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TestPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>
/// The page contains tokens, so it must not be served under a host name that an attacker can resolve to 127.0.0.1 (DNS rebinding). Not the
/// framework's host filtering (ASP.NET Core 10), whose response does not name the allowed hosts.
/// </summary>
internal static class LoopbackHosts
{
    private static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseLoopbackHosts(this WebApplication app) => app.Use((context, next) =>
        Names.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase) ? next(context) : Refuse(context));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"The host name must be one of {string.Join(", ", Names)}: this process serves its own machine only.\n");
    }
}
