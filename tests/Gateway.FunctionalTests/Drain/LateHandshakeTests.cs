using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Drain;

internal sealed class LateHandshakeTests
{
    private const int Close = 8;

    [Test]
    public async Task A_handshake_that_completes_after_the_drain_has_begun_is_closed_with_1001_and_not_dropped()
    {
        var tokens = new SlowTokens();
        await using var gateway = await ServiceHost.StartAsync(args => Create(args, tokens));
        await using var staying = await WireClient.ConnectAsync(gateway, "staying");
        tokens.Hold();
        var arriving = WireClient.ConnectAsync(gateway, "late");
        await TestTimeout.For(tokens.Reached, "the handshake to reach its token");

        var stopping = gateway.StopAsync();
        Assert.That((await staying.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        tokens.Release();

        await using var late = await arriving;
        Assert.That((await late.NextAsync(Close)).CloseCode, Is.EqualTo(1001));
        foreach (var client in new[] { late, staying })
        {
            await client.WriteAsync(ClientFrame.Close(1001));
            Assert.That((await client.EndAsync()).Reset, Is.False);
        }

        await TestTimeout.For(stopping, "the gateway to stop");
    }

    private static WebApplication Create(string[] args, SlowTokens tokens)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(GatewayApp.Info);
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        builder.Services.AddSingleton<ITokenValidator>(tokens);
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGateway();
        return app;
    }

    private sealed class SlowTokens : ITokenValidator
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _holding;

        public Task Reached => _reached.Task;

        public void Hold() => _holding = true;

        public void Release() => _open.SetResult();

        public async ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation)
        {
            var caller = new Caller { UserId = "anybody", UserName = "anybody", ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) };
            if (!_holding) return new TokenResult(caller, null);
            _reached.TrySetResult();
            await _open.Task;
            return new TokenResult(caller, null);
        }
    }
}
