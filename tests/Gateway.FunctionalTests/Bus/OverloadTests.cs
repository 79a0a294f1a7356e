using System.Diagnostics.Metrics;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The server cuts a pod that reads too slowly, at its output buffer limit.</summary>
internal sealed class OverloadTests
{
    private static readonly Target Room = Target.Room("a");

    [Test]
    public async Task What_the_server_discards_is_read_from_history_and_the_log_and_a_metric_name_the_overload()
    {
        const int Messages = 400;
        const int Size = 64 * 1024;
        using var overloads = new OverloadMeter();
        await using var redis = await RedisServer.StartAsync(null, "--client-output-buffer-limit", "pubsub 1048576 0 0");
        var time = new FakeTime();
        await using var bus = await BusUnderTest.OnRedisAsync(
            redis,
            options =>
            {
                options.ClientName = "pod-1";
                options.PingInterval = TimeSpan.FromSeconds(60);
            },
            services => services.AddSingleton<TimeProvider>(time));
        await bus.ConnectedAsync();
        await bus.Subscriber.SubscribeAsync(Room);
        var connection = (await redis.ClientsAsync("pod-1")).Single()["id"];
        using var slow = bus.Received.Hold(() => time.Advance(0.1));

        var text = $"\"{new string('x', Size)}\"";
        for (var i = 0; i < Messages; i++) Assert.That((await bus.Publisher.SendAsync(Room, text)).Taken, Is.True);
        await TestTimeout.Until(async () => (await redis.ClientsAsync("pod-1")).All(row => row["id"] != connection), "the server to cut the connection");
        slow.Release();

        await bus.Received.Until(Messages);
        Assert.That(bus.Received.All.Select(message => message.Position!.Value.Offset), Is.EqualTo(Enumerable.Range(1, Messages)));
        Assert.That(bus.Received.Interruptions, Is.Empty);
        Assert.That(bus.Logs.All, Has.Some.StartsWith("Warning 2005"));
        Assert.That(overloads.Count, Is.GreaterThan(0));
    }

    private sealed class OverloadMeter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public OverloadMeter()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "gateway.bus.overloads") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
