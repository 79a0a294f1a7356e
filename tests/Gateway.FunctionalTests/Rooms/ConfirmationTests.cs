using System.Collections.Concurrent;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting;
using Gateway.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Rooms;

/// <summary>What waits for the bus to confirm a subscription, and for how long.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConfirmationTests
{
    private readonly HeldSubscriber _bus = new();
    private readonly NoticingTime _time = new();
    private ServiceHost _gateway = null!;

    [SetUp]
    public async Task Start() => _gateway = await ServiceHost.StartAsync(Create);

    [TearDown]
    public async Task Stop()
    {
        _bus.Release();
        await _gateway.DisposeAsync();
    }

    [Test]
    public async Task The_welcome_waits_for_the_subscription_of_the_user_while_the_bus_is_healthy()
    {
        _bus.Hold(Target.User("ann"));
        var connecting = Client.ConnectAsync(_gateway, "ann");
        await TestTimeout.For(Task.WhenAny(_time.Waiting, connecting), "the session to wait for the bus, or not to wait");

        _bus.Release();

        await using var client = await connecting;
        Assert.That(client.Welcome.GetProperty("data").TryGetProperty("degraded", out _), Is.False);
    }

    [Test]
    public async Task A_join_that_is_not_confirmed_is_503_and_undone_and_the_next_command_goes_on()
    {
        await using var client = await Client.ConnectAsync(_gateway, "ann");
        _bus.Hold(Target.Room("slow"));

        var join = client.AskAsync("""{"type":"join_room","room":"slow"}""");
        (await join).MustBeError(503);

        (await client.AskAsync("""{"type":"leave_room","room":"slow"}""")).MustBeError(404);
        Assert.That(_gateway.Services.GetRequiredService<Registry.ConnectionRegistry>().Rooms, Is.Zero);
        _bus.Release();
        await client.JoinAsync("slow");
    }

    [Test]
    public async Task A_room_of_the_handshake_stays_wanted_while_it_is_not_confirmed()
    {
        _bus.Hold(Target.Room("slow"));
        await using var client = await Client.ConnectAsync(_gateway, "ann", "rooms=slow");

        Assert.That(await client.UntilPongAsync(), Is.Empty);

        (await client.AskAsync("""{"type":"leave_room","room":"slow"}""")).MustBeAck();
    }

    private WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddServiceDefaults(GatewayApp.Info);
        builder.AddBus(requireRedisInProduction: false);
        builder.AddGateway();
        builder.Services.AddSingleton<IMessageSubscriber>(_bus);
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGateway();
        return app;
    }

    /// <summary>A bus that confirms at once, but for the targets that a test holds back.</summary>
    private sealed class HeldSubscriber : IMessageSubscriber
    {
        private readonly ConcurrentDictionary<Target, bool> _held = new();
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Hold(Target target) => _held[target] = true;

        public void Release()
        {
            _held.Clear();
            _released.TrySetResult();
        }

        public void Start(IMessageReceiver receiver)
        {
        }

        public Task SubscribeAsync(Target target) => _held.ContainsKey(target) ? _released.Task : Task.CompletedTask;

        public Task UnsubscribeAsync(Target target) => Task.CompletedTask;
    }

    /// <summary>The system's clock; notices when something waits with the timeout of a confirmation.</summary>
    private sealed class NoticingTime : TimeProvider
    {
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Membership.ConfirmTimeout && period == Timeout.InfiniteTimeSpan) _waiting.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
