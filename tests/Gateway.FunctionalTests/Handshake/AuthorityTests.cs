using System.Net;
using System.Net.Http.Headers;
using Gateway.Hosting;
using Gateway.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>Tokens of an OpenID authority, over HTTP and in the handshake.</summary>
internal sealed class AuthorityTests
{
    private StoppedTime _time = null!;
    private OpenIdAuthority _authority = null!;

    [SetUp]
    public async Task Start() => (_time, _authority) = (new StoppedTime(), await OpenIdAuthority.StartAsync("first"));

    [TearDown]
    public async Task Stop() => await _authority.DisposeAsync();

    [Test]
    public async Task The_first_token_of_a_rotated_key_is_accepted_after_one_retrieval()
    {
        await using var gateway = await GatewayAsync();
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: true);
        _authority.AddKey("second");
        _authority.RemoveKey("first");
        _time.Shift = TimeSpan.FromSeconds(31);

        await using (await Client.OpenAsync(gateway, "/ws?token=" + _authority.Token("ann", "second")))
        {
            Assert.That(_authority.Retrievals, Is.EqualTo(2));
        }

        await ExpectAsync(gateway, _authority.Token("ann", "second"), accepted: true);
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: false);
        for (var i = 0; i < 20; i++) await ExpectAsync(gateway, _authority.Token("ann", $"unknown-{i}"), accepted: false);
        Assert.That(_authority.Retrievals, Is.EqualTo(2), "unknown keys are looked up once in 30 s");
    }

    [Test]
    public async Task While_the_authority_is_unavailable_known_keys_stay_in_use_and_its_absence_is_logged()
    {
        await using var gateway = await GatewayAsync();
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: true);
        await _authority.StopAsync();
        _time.Shift = TimeSpan.FromSeconds(31);
        _authority.AddKey("second");

        await ExpectAsync(gateway, _authority.Token("ann", "second"), accepted: false);
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: true);

        Assert.That(gateway.Logs.Lines, Has.One.Matches((string? line) =>
            line!.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"The authority {_authority.Address} is unavailable; known signing keys stay in use", StringComparison.Ordinal)));
        await _authority.RestartAsync();
        _time.Shift = TimeSpan.FromSeconds(34);
        await ExpectAsync(gateway, _authority.Token("ann", "second"), accepted: true);
    }

    [Test]
    public async Task Tokens_are_refused_while_no_key_was_ever_retrieved_and_accepted_when_the_authority_is_there()
    {
        await _authority.StopAsync();
        await using var gateway = await GatewayAsync();
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: false);
        await _authority.RestartAsync();
        _time.Shift = TimeSpan.FromSeconds(3);
        await ExpectAsync(gateway, _authority.Token("ann", "first"), accepted: true);
    }

    [Test]
    public async Task The_issuer_of_the_discovery_document_is_required_and_a_missing_audience_is_warned_about_at_start()
    {
        await using var anyAudience = await GatewayAsync();
        await ExpectAsync(anyAudience, _authority.Token("ann", "first", ("iss", "https://other.example.com")), accepted: false);
        await ExpectAsync(anyAudience, _authority.Token("ann", "first", ("iss", null)), accepted: false);
        await ExpectAsync(anyAudience, _authority.Token("ann", "first", ("aud", "other")), accepted: true);
        Assert.That(anyAudience.Logs.Lines, Has.One.Contain("Set JWT_AUDIENCE"));

        await using var oneAudience = await GatewayAsync("--Auth:Audience=gateway");
        await ExpectAsync(oneAudience, _authority.Token("ann", "first", ("aud", "other")), accepted: false);
        await ExpectAsync(oneAudience, _authority.Token("ann", "first", ("aud", "gateway")), accepted: true);
        Assert.That(oneAudience.Logs.Lines, Has.None.Contain("JWT_AUDIENCE"));
    }

    private static async Task ExpectAsync(ServiceHost gateway, string token, bool accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast") { Content = new StringContent("""{"title":"a","body":"b"}""", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await TestTimeout.For(gateway.Http.SendAsync(request), "a response");
        Assert.That(response.StatusCode, Is.EqualTo(accepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized), "over HTTP");
        var handshake = await Upgrade.StatusAsync(gateway, "/ws", ("Authorization", "Bearer " + token));
        Assert.That(handshake, Is.EqualTo(accepted ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Unauthorized), "in the handshake");
    }

    private Task<ServiceHost> GatewayAsync(params string[] settings) =>
        ServiceHost.StartAsync(Create, ["--Auth:Secret=", "--JWT_AUTHORITY=" + _authority.Address, .. settings]);

    /// <summary>A gateway whose pauses between retrievals end when a test says so.</summary>
    private WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(GatewayApp.Info);
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        builder.Services.AddSingleton(p => new TokenParameters(p.GetRequiredService<IOptions<AuthOptions>>(), _time, p.GetRequiredService<ILoggerFactory>()));
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGateway();
        return app;
    }

    /// <summary>Stands still at the time of the test's start, except where a test moves it.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        private readonly DateTimeOffset _start = System.GetUtcNow();

        public TimeSpan Shift { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Shift.Ticks;

        public override DateTimeOffset GetUtcNow() => _start + Shift;
    }
}
