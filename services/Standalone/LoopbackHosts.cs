namespace Standalone;

/// <summary>
/// The page carries tokens, so it must not be reachable under a name that a stranger can point at 127.0.0.1 (DNS rebinding).
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
        return context.Response.WriteAsync($"This process answers to the names {string.Join(", ", Names)} only: it is for trying things out on one machine.\n");
    }
}
