using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Registry;
using Gateway.UnitTests.Connections;
using NUnit.Framework;

namespace Gateway.UnitTests.Registry;

internal sealed class MembersTests
{
    private const int Workers = 3;

    /// <summary>Sizes around the one where the list becomes a set.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(100)]
    public void The_workers_together_are_all_members_while_it_grows_and_shrinks(int size)
    {
        using var wheel = Peer.Wheel(TimeProvider.System);
        var members = new Members(Target.Room("r"), Workers);
        var expected = new List<Connection>();
        for (var i = 0; i < size; i++)
        {
            var connection = new Peer(wheel, worker: i % Workers).Connection;
            Assert.That(members.Add(connection), Is.True);
            Assert.That(members.Add(connection), Is.False);
            expected.Add(connection);
            Check(members, expected);
        }

        while (expected.Count > 0)
        {
            var leaving = expected[expected.Count / 2];
            Assert.That(members.Remove(leaving, staysConnected: true), Is.True);
            Assert.That(members.Remove(leaving, staysConnected: true), Is.False);
            expected.Remove(leaving);
            Check(members, expected);
        }
    }

    [Test]
    public void A_snapshot_once_taken_does_not_change_under_its_reader()
    {
        using var wheel = Peer.Wheel(TimeProvider.System);
        var members = new Members(Target.Room("r"), 1);
        members.Add(new Peer(wheel).Connection);
        var snapshot = members.Capture().OfWorker(0);
        members.Add(new Peer(wheel).Connection);
        Assert.That(snapshot, Has.Length.EqualTo(1));
        var next = members.Capture().OfWorker(0);
        Assert.That(next, Has.Length.EqualTo(2));
        Assert.That(members.Capture().OfWorker(0), Is.SameAs(next));
    }

    private static void Check(Members members, List<Connection> expected)
    {
        Assert.That(members.Count, Is.EqualTo(expected.Count));
        Assert.That(members.All(), Is.EquivalentTo(expected));
        for (var worker = 0; worker < Workers; worker++)
            Assert.That(members.Capture().OfWorker(worker), Is.EquivalentTo(expected.Where(c => c.Worker == worker)));
    }
}
