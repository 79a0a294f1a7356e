using Gateway.Bus;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus;

internal sealed class PresenceQueueTests
{
    [Test]
    public void Changes_of_one_user_in_one_target_are_one_change_the_latest()
    {
        var queue = new PresenceQueue();
        foreach (var connections in new[] { 1, 2, 3, 2 }) queue.Add(Of("ann", connections));
        queue.Add(Of("bob", 1));

        Assert.That(queue.Take(10), Is.EquivalentTo(new[] { Of("ann", 2), Of("bob", 1) }));
        Assert.That(queue.Take(10), Is.Empty);
    }

    [Test]
    public void What_was_read_before_does_not_replace_a_newer_change()
    {
        var queue = new PresenceQueue();
        queue.Add(Of("ann", 0));
        queue.AddOlder(Of("ann", 1));
        queue.AddOlder(Of("bob", 1));

        Assert.That(queue.Take(10), Is.EquivalentTo(new[] { Of("ann", 0), Of("bob", 1) }));
    }

    [Test]
    public async Task Beyond_the_bound_nothing_is_kept_until_everything_is_written_again()
    {
        var queue = new PresenceQueue(bound: 3);
        foreach (var user in new[] { "a", "b", "c", "d", "e" }) queue.Add(Of(user, 1));
        Assert.That(queue.HasOverflowed);
        Assert.That(queue.Take(10), Is.Empty);
        await queue.WaitAsync(CancellationToken.None);

        queue.Restart();
        queue.Add(Of("f", 1));

        Assert.That(queue.HasOverflowed, Is.False);
        Assert.That(queue.Take(10), Is.EqualTo(new[] { Of("f", 1) }));
    }

    private static PresenceChange Of(string user, int connections) => new(Target.User(user), user, user, connections);
}
