using System.Net.Http.Headers;
using Gateway.Api.Limits;
using Gateway.Api.Publishing;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>A service of nothing but the defaults and a few endpoints to try them on.</summary>
internal sealed class BareService : IAsyncDisposable
{
    private BareService(WebApplication app)
    {
        App = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    public static async Task<BareService> StartAsync(params string[] settings) => await StartAsync(_ => { }, settings);

    public static async Task<BareService> StartAsync(Action<WebApplicationBuilder> more, params string[] settings)
    {
        var app = Create(["--Listen:Port=0", "--Listen:Address=127.0.0.1", "--Auth:Secret=" + Tokens.Secret, .. settings], more);
        await app.StartAsync();
        return new BareService(app);
    }

    public static WebApplication Create(string[] args) => Create(args, _ => { });

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder> more)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(new ServiceInfo("bare", 8099));
        builder.AddBus(requireRedisInProduction: false);
        builder.Services.AddPublishLimit();
        more(builder);
        var app = builder.Build();
        app.MapServiceDefaults();
        MapEndpoints(app);
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await TestTimeout.For(Client.SendAsync(request), path);
    }

    private static void MapEndpoints(IEndpointRouteBuilder app)
    {
        app.MapGet("/me", (HttpContext context) => context.GetCaller()!.UserId).RequireAuthorization();
        app.MapGet("/operators", () => "ok").RequireAuthorization(Policies.Operator);
        app.MapGet("/maybe", async (HttpContext context) => (await context.AuthenticateCallerAsync())?.UserId ?? "nobody");
        app.MapPost("/all", (HttpContext context) => PublishScope.ErrorFor(context.GetCaller()!, Target.All)?.Http() ?? Results.Text("ok")).RequireAuthorization();
        app.MapPost("/body", (Body body) => body.Title);
        app.MapGet("/address", (HttpContext context) => context.Connection.RemoteIpAddress!.ToString());
        app.MapGet("/bus-down", string () => throw new BusUnavailableException("no route to 10.0.0.7"));
        app.MapGet("/broken", string () => throw new InvalidOperationException("particulars-of-the-code"));
    }

    private sealed record Body(string Title);
}
