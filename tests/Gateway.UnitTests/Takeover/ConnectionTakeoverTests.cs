using Gateway.Takeover;
using Gateway.UnitTests.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Gateway.UnitTests.Takeover;

internal sealed class ConnectionTakeoverTests
{
    [Test]
    public void Before_the_upgrade_the_data_rates_of_HTTP_are_turned_off()
    {
        var rates = new Rates();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpMinResponseDataRateFeature>(rates);
        http.Features.Set<IHttpMinRequestBodyDataRateFeature>(rates);

        new ConnectionTakeover(new FakeTransport()).Prepare(http);

        Assert.That((((IHttpMinResponseDataRateFeature)rates).MinDataRate, ((IHttpMinRequestBodyDataRateFeature)rates).MinDataRate), Is.EqualTo(((MinDataRate?)null, (MinDataRate?)null)));
    }

    [Test]
    public async Task The_timer_of_HTTP_ticks_until_HTTP_has_finished()
    {
        var transport = new FakeTransport();
        using var heartbeat = new HttpHeartbeat(TimeProvider.System, NullLogger<HttpHeartbeat>.Instance);
        var (ticks, ended) = (0, new TaskCompletionSource());
        var connection = ConnectionTakeover.Middleware(heartbeat)(connection =>
        {
            var takeover = (ConnectionTakeover)connection.Features.Get<IConnectionHeartbeatFeature>()!;
            takeover.OnHeartbeat(_ => ticks++, takeover);
            takeover.Run = () => ended.Task;
            heartbeat.Tick();
            return Task.CompletedTask;
        })(transport);

        Assert.That((ticks, connection.IsCompleted), Is.EqualTo((1, false)));
        heartbeat.Tick();
        Assert.That(ticks, Is.EqualTo(1));
        ended.SetResult();
        await connection;
    }

    private sealed class Rates : IHttpMinResponseDataRateFeature, IHttpMinRequestBodyDataRateFeature
    {
        MinDataRate? IHttpMinResponseDataRateFeature.MinDataRate { get; set; } = new(240, TimeSpan.FromSeconds(5));

        MinDataRate? IHttpMinRequestBodyDataRateFeature.MinDataRate { get; set; } = new(240, TimeSpan.FromSeconds(5));
    }
}
