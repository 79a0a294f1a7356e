using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Gateway.FunctionalTests.Control;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>Tokens and payloads in every place they can stand, good and bad: none of them is ever logged, measured or traced.</summary>
internal sealed class SecrecyTests
{
    /// <summary>What somebody might write who wants to see everything; the more exact name wins over the defaults.</summary>
    private static readonly string[] Everything =
    [
        .. new[]
        {
            "Default", "Gateway", "Microsoft", "System", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Hosting.Diagnostics",
            "Microsoft.AspNetCore.Server", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Microsoft.AspNetCore.Routing",
            "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.Authorization", "Microsoft.AspNetCore.Cors", "Microsoft.AspNetCore.Http",
            "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.HttpsPolicy", "Microsoft.AspNetCore.RateLimiting", "Gateway.Hosting",
        }.Select(category => $"--Logging:LogLevel:{category}=Trace"),
    ];

    private readonly ConcurrentQueue<string> _told = new();
    private MeterListener _meters = null!;
    private ActivityListener _activities = null!;
    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        _meters = new MeterListener { InstrumentPublished = ListenTo };
        _meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Keep(tags));
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Keep(tags));
        _meters.SetMeasurementEventCallback<int>((_, _, tags, _) => Keep(tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || source.Name.StartsWith("Gateway", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Keep([.. activity.TagObjects, new("name", activity.DisplayName)]),
        };
        ActivitySource.AddActivityListener(_activities);
        _gateway = await ServiceHost.GatewayAsync(redis: null, Everything);
    }

    [TearDown]
    public async Task Stop()
    {
        await _gateway.DisposeAsync();
        _meters.Dispose();
        _activities.Dispose();
    }

    [Test]
    public async Task No_token_and_no_payload_appears_in_any_log_line_metric_or_trace()
    {
        var secrets = new List<string>();
        await OpenEverywhereAsync(secrets);
        await RefuseEverywhereAsync(secrets);
        await SpeakAsync(secrets);
        await PublishAsync(secrets);
        await TestTimeout.For(_gateway.StopAsync(), "the gateway to stop");

        var written = string.Join('\n', _gateway.Logs.Lines.Concat(_told));
        Assert.That(_gateway.Logs.Lines, Has.Some.StartsWith("Trace").Or.Some.StartsWith("Debug"), "the levels are open");
        Assert.That(_told, Has.Some.Contains("/ws"), "metrics and traces are heard");
        Assert.Multiple(() =>
        {
            foreach (var secret in secrets) Assert.That(written, Does.Not.Contain(secret));
        });
    }

    private static void ListenTo(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "Gateway" || instrument.Meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
            listener.EnableMeasurementEvents(instrument);
    }

    /// <summary>A token, of which signature and claims are told apart from all others.</summary>
    private static string Token(List<string> secrets, long expires = 4102444800)
    {
        var token = Tokens.For("alice", ("jti", Word()), ("exp", expires));
        secrets.AddRange(token.Split('.')[1..]);
        return token;
    }

    private static string Bad(List<string> secrets)
    {
        secrets.Add(Word());
        return secrets[^1];
    }

    private static string Payload(List<string> secrets) => Bad(secrets);

    private static string Word() => "canary" + Guid.NewGuid().ToString("n");

    private async Task OpenEverywhereAsync(List<string> secrets)
    {
        Client[] clients =
        [
            await Client.OpenAsync(_gateway, "/ws", o => o.SetRequestHeader("Authorization", "Bearer " + Token(secrets))),
            await Client.OpenAsync(_gateway, "/ws?token=" + Token(secrets)),
            await Client.OpenAsync(_gateway, "/ws?access_token=" + Token(secrets)),
            await Client.OpenAsync(_gateway, "/ws", o =>
            {
                o.AddSubProtocol("gateway.v1");
                o.AddSubProtocol("bearer." + Token(secrets));
            }),
        ];
        foreach (var client in clients) await client.DisposeAsync();
        var ticket = (await _gateway.PostAsync("/ws/ticket", "", Token(secrets))).Json.GetProperty("ticket").GetString()!;
        secrets.Add(ticket);
        await (await Client.OpenAsync(_gateway, "/ws?ticket=" + ticket)).DisposeAsync();
        Assert.That(await Upgrade.StatusAsync(_gateway, "/ws?ticket=" + ticket), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    private async Task RefuseEverywhereAsync(List<string> secrets)
    {
        var expired = Token(secrets, expires: 1_000_000_000);
        foreach (var token in new[] { Bad(secrets), expired, Tokens.None(Tokens.Claims(Bad(secrets))) })
        {
            HttpStatusCode[] refused =
            [
                await Upgrade.StatusAsync(_gateway, "/ws", ("Authorization", "Bearer " + token)),
                await Upgrade.StatusAsync(_gateway, "/ws?token=" + token),
                await Upgrade.StatusAsync(_gateway, "/ws?access_token=" + token),
                await Upgrade.StatusAsync(_gateway, "/ws", ("Sec-WebSocket-Protocol", "gateway.v1, bearer." + token)),
            ];
            Assert.That(refused, Has.All.EqualTo(HttpStatusCode.Unauthorized));
            await Upgrade.StatusAsync(_gateway, "/ws", ("Sec-WebSocket-Protocol", "bearer." + token));
            await Upgrade.StatusAsync(_gateway, "/nowhere?token=" + token);
            await Upgrade.StatusAsync(_gateway, "/ws?rooms=*&token=" + Token(secrets));
            await Upgrade.StatusAsync(_gateway, "/ws?token=" + Token(secrets), ("Origin", "https://evil.example.com"));
            using var plain = await _gateway.Http.GetAsync("/ws?token=" + token);
        }
    }

    private async Task SpeakAsync(List<string> secrets)
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice", "rooms=lobby");
        (await client.AskAsync($$"""{"type":"refresh_token","content":"{{Token(secrets)}}"}""")).MustBeAck();
        (await client.AskAsync($$"""{"type":"refresh_token","content":"{{Bad(secrets)}}"}""")).MustBeError(403);
        (await client.AskAsync($$$"""{"type":"room_message","room":"lobby","content":{"text":"{{{Payload(secrets)}}}"}}""")).MustBeAck();
        (await client.AskAsync($$"""{"type":"user_message","to":"bob","content":"{{Payload(secrets)}}"}""")).MustBeAck();
        (await client.AskAsync($$"""{"type":"room_message","room":"elsewhere","content":"{{Payload(secrets)}}"}""")).MustBeError(404);
        await client.SendAsync($$"""{"type":"{{Payload(secrets)}}"}""");
        await client.SendAsync("{ broken " + Payload(secrets));
        await client.SendAsync(Encoding.UTF8.GetBytes(Payload(secrets)), System.Net.WebSockets.WebSocketMessageType.Binary);
        await TestTimeout.For(client.Closed, "the close");
    }

    private async Task PublishAsync(List<string> secrets)
    {
        foreach (var body in new[] { $$"""{"title":"t","body":"{{Payload(secrets)}}"}""", $$"""{"title": {{Payload(secrets)}}""", $$"""{"{{Payload(secrets)}}":1}""" })
        {
            foreach (var token in new[] { Bad(secrets), Token(secrets), Tokens.For("svc", ("scope", "publish:all"), ("jti", Bad(secrets))) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast?token=" + Bad(secrets));
                request.Headers.Add("Authorization", "Bearer " + token);
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await _gateway.Http.SendAsync(request);
            }

            using var keyed = new HttpRequestMessage(HttpMethod.Post, "/ws/message/system/broadcast");
            keyed.Headers.Add("X-API-Key", Bad(secrets));
            using var refused = await _gateway.Http.SendAsync(keyed);
        }
    }

    private void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags) _told.Enqueue($"{name}={value}");
    }
}
