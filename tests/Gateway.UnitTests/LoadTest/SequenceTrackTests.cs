using Gateway.LoadTest.Measure;
using NUnit.Framework;

namespace Gateway.UnitTests.LoadTest;

internal sealed class SequenceTrackTests
{
    private SequenceTrack _track;

    [SetUp]
    public void Begin() => _track = default;

    [Test]
    public void One_after_another_is_in_order() => Assert.That(Take(1, 2, 3), Is.EqualTo([Arrival.InOrder, Arrival.InOrder, Arrival.InOrder]));

    [Test]
    public void What_is_skipped_is_missing_until_it_comes_late()
    {
        Assert.That(_track.Take(4, out var missing), Is.EqualTo(Arrival.Ahead));
        Assert.That(missing, Is.EqualTo(3));
        Assert.That(Take(2, 2, 5), Is.EqualTo([Arrival.Late, Arrival.Again, Arrival.InOrder]));
    }

    [Test]
    public void What_comes_twice_is_seen_however_old_it_is()
    {
        for (uint i = 1; i <= 200; i++) _track.Take(i, out _);
        Assert.That(Take(200, 150, 1), Is.EqualTo([Arrival.Again, Arrival.Again, Arrival.Again]));
    }

    [Test]
    public void A_gap_wider_than_the_window_leaves_nothing_behind()
    {
        Take(1, 2);
        Assert.That(_track.Take(500, out var missing), Is.EqualTo(Arrival.Ahead));
        Assert.That(missing, Is.EqualTo(497));
        Assert.That(Take(499, 500), Is.EqualTo([Arrival.Late, Arrival.Again]));
    }

    [Test]
    public void Who_joins_later_begins_where_the_messages_are()
    {
        _track.StartAt(41);
        Assert.That(Take(42, 41), Is.EqualTo([Arrival.InOrder, Arrival.Again]));
    }

    private Arrival[] Take(params uint[] sequences) => [.. sequences.Select(s => _track.Take(s, out _))];
}
