using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>Accepts every token; while it is on hold, validation waits, and with it a handshake or a <c>refresh_token</c>.</summary>
internal sealed class SlowTokens : ITokenValidator
{
    private readonly DateTimeOffset _expires = TimeProvider.System.GetUtcNow().AddHours(1);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _holding;

    public Task Reached => _reached.Task;

    /// <summary>Of the tokens from now on.</summary>
    public ulong TokenIdHash { get; set; }

    public void Hold() => _holding = true;

    public void Release()
    {
        _holding = false;
        _open.SetResult();
    }

    /// <summary>A gateway that validates its tokens here.</summary>
    public Task<ServiceHost> GatewayAsync(Action<IServiceCollection>? configure = null, params string[] settings) =>
        ServiceHost.StartAsync(args => Create(args, configure), settings);

    public async ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (_holding)
        {
            _reached.TrySetResult();
            await _open.Task;
        }

        return new TokenResult(new Caller { UserId = "anybody", UserName = "anybody", ExpiresAt = _expires, TokenIdHash = TokenIdHash }, null);
    }

    private WebApplication Create(string[] args, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(GatewayApp.Info);
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        builder.Services.AddSingleton<ITokenValidator>(this);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGateway();
        return app;
    }
}
