using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using NUnit.Framework;

namespace Gateway.UnitTests.Registry;

internal sealed class ConnectionRegistryTests
{
    private static readonly Target Room = Target.Room("r");

    private HeartbeatWheel _wheel = null!;
    private WishedTargets _bus = null!;
    private ConnectionRegistry _registry = null!;
    private Peer _peer = null!;

    [SetUp]
    public async Task Start()
    {
        _wheel = Peer.Wheel(TimeProvider.System);
        _bus = new WishedTargets();
        _registry = _bus.Registry();
        _peer = new Peer(_wheel, user: "one");
        await _registry.AddAsync(_peer.Connection);
    }

    [TearDown]
    public void Stop() => _wheel.Dispose();

    [Test]
    public async Task A_target_lingers_on_the_bus_for_one_to_two_sweeps()
    {
        await _registry.JoinAsync(_peer.Connection, Room);
        _registry.Leave(_peer.Connection, Room);
        await _registry.SweepAsync();
        Assert.That(_bus.Current, Does.Contain(Room));
        await _registry.SweepAsync();
        Assert.That(_bus.Current, Does.Not.Contain(Room));
        Assert.That(_registry.TryGet(Room, out _), Is.False);
    }

    [Test]
    public async Task Who_comes_back_while_it_lingers_keeps_it()
    {
        await _registry.JoinAsync(_peer.Connection, Room);
        _registry.Leave(_peer.Connection, Room);
        await _registry.SweepAsync();
        await _registry.JoinAsync(_peer.Connection, Room);
        for (var i = 0; i < 3; i++) await _registry.SweepAsync();
        Assert.That(_bus.Current, Does.Contain(Room));
        Assert.That(_registry.Of(Room), Is.EqualTo(new[] { _peer.Connection }));
    }

    [Test]
    public async Task Joining_twice_is_joining_once()
    {
        await _registry.JoinAsync(_peer.Connection, Room);
        await _registry.JoinAsync(_peer.Connection, Room);
        Assert.That(_registry.Of(Room), Has.Length.EqualTo(1));
        Assert.That(_registry.Leave(_peer.Connection, Room), Is.True);
        Assert.That(_registry.Leave(_peer.Connection, Room), Is.False);
        Assert.That(_registry.Rooms, Is.Zero);
    }

    [Test]
    public async Task Many_connections_of_a_user_are_all_found_and_all_forgotten()
    {
        List<Peer> peers = [_peer, .. Enumerable.Range(0, 99).Select(_ => new Peer(_wheel, user: "one"))];
        foreach (var peer in peers.Skip(1)) await _registry.AddAsync(peer.Connection);
        Assert.That(_bus.Current, Is.EquivalentTo(new[] { Target.User("one"), Target.All }));
        Assert.That(_registry.Of(Target.User("one")), Is.EquivalentTo(peers.Select(p => p.Connection)));
        Assert.That(_registry.All(), Has.Length.EqualTo(100));
        foreach (var peer in peers) _registry.Remove(peer.Connection);
        Assert.That((_registry.Connections, _registry.Users, _registry.Of(Target.User("one")).Length), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task Every_connection_is_a_member_of_all()
    {
        Assert.That(_registry.Of(Target.All), Is.EqualTo(new[] { _peer.Connection }));
    }

    [Test]
    public async Task A_removed_connection_is_in_no_room()
    {
        for (var i = 0; i < 20; i++) await _registry.JoinAsync(_peer.Connection, Target.Room($"r{i}"));
        _registry.Remove(_peer.Connection);
        Assert.That(Enumerable.Range(0, 20).Select(i => _registry.Of(Target.Room($"r{i}")).Length), Is.All.Zero);
        Assert.That((_registry.Rooms, _registry.Users, _registry.Connections), Is.EqualTo((0, 0, 0)));
    }
}
