using Gateway.Connections;
using Gateway.Contracts;
using Gateway.UnitTests.Connections;
using NUnit.Framework;

namespace Gateway.UnitTests.Registry;

internal sealed class ConnectionRegistryTests
{
    private static readonly Target Room = Target.Room("r");

    private HeartbeatWheel _wheel = null!;

    [SetUp]
    public void Start() => _wheel = Peer.Wheel(TimeProvider.System);

    [TearDown]
    public void Stop() => _wheel.Dispose();

    [Test]
    public async Task A_target_lingers_on_the_bus_for_one_to_two_sweeps()
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var peer = new Peer(_wheel);
        await registry.AddAsync(peer.Connection);
        await registry.JoinAsync(peer.Connection, Room);
        registry.Leave(peer.Connection, Room);
        await registry.SweepAsync();
        Assert.That(bus.Current, Does.Contain(Room));
        await registry.SweepAsync();
        Assert.That(bus.Current, Does.Not.Contain(Room));
        Assert.That(registry.TryGet(Room, out _), Is.False);
    }

    [Test]
    public async Task Who_comes_back_while_it_lingers_keeps_it()
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var peer = new Peer(_wheel);
        await registry.AddAsync(peer.Connection);
        await registry.JoinAsync(peer.Connection, Room);
        registry.Leave(peer.Connection, Room);
        await registry.SweepAsync();
        await registry.JoinAsync(peer.Connection, Room);
        for (var i = 0; i < 3; i++) await registry.SweepAsync();
        Assert.That(bus.Current, Does.Contain(Room));
        Assert.That(registry.Of(Room), Is.EqualTo(new[] { peer.Connection }));
    }

    [Test]
    public async Task Joining_twice_is_joining_once()
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var peer = new Peer(_wheel);
        await registry.AddAsync(peer.Connection);
        await registry.JoinAsync(peer.Connection, Room);
        await registry.JoinAsync(peer.Connection, Room);
        Assert.That(registry.Of(Room), Has.Length.EqualTo(1));
        Assert.That(registry.Leave(peer.Connection, Room), Is.True);
        Assert.That(registry.Leave(peer.Connection, Room), Is.False);
        Assert.That(registry.Rooms, Is.Zero);
    }

    [Test]
    public async Task Many_connections_of_a_user_are_all_found_and_all_forgotten()
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var peers = Enumerable.Range(0, 100).Select(_ => new Peer(_wheel, user: "one")).ToList();
        foreach (var peer in peers) await registry.AddAsync(peer.Connection);
        Assert.That(bus.Current, Is.EqualTo(new[] { Target.User("one") }));
        Assert.That(registry.Of(Target.User("one")), Is.EquivalentTo(peers.Select(p => p.Connection)));
        Assert.That(registry.All(), Has.Length.EqualTo(100));
        foreach (var peer in peers) registry.Remove(peer.Connection);
        Assert.That((registry.Connections, registry.Users, registry.Of(Target.User("one")).Length), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task Everybody_is_a_member_of_all_without_asking_the_bus()
    {
        var bus = new WishedTargets();
        var registry = bus.Registry();
        var peer = new Peer(_wheel);
        await registry.AddAsync(peer.Connection);
        Assert.That(registry.Of(Target.All), Is.EqualTo(new[] { peer.Connection }));
        Assert.That(bus.Current, Does.Not.Contain(Target.All));
    }

    [Test]
    public async Task A_connection_that_has_gone_is_in_no_room()
    {
        var registry = new WishedTargets().Registry();
        var peer = new Peer(_wheel);
        await registry.AddAsync(peer.Connection);
        for (var i = 0; i < 20; i++) await registry.JoinAsync(peer.Connection, Target.Room($"r{i}"));
        registry.Remove(peer.Connection);
        Assert.That(Enumerable.Range(0, 20).Select(i => registry.Of(Target.Room($"r{i}")).Length), Is.All.Zero);
        Assert.That((registry.Rooms, registry.Users, registry.Connections), Is.EqualTo((0, 0, 0)));
    }
}
