using System.Globalization;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Contracts;

/// <summary>RFC 9562 section 5.7.</summary>
internal sealed class MessageIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 34, 56, 789, TimeSpan.Zero);

    [Test]
    public void A_new_id_is_a_UUID_of_version_7_that_begins_with_its_time()
    {
        var id = MessageId.New(Now);

        var uuid = Guid.ParseExact(id, "n");
        Assert.That(uuid.Version, Is.EqualTo(7));
        Assert.That(uuid.Variant, Is.InRange(0x8, 0xB));
        Assert.That(long.Parse(id[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture), Is.EqualTo(Now.ToUnixTimeMilliseconds()));
        Assert.That(MessageId.IsValid(id), Is.True);
    }

    [Test]
    public void Ids_of_one_millisecond_differ_and_later_ones_sort_behind()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => MessageId.New(Now)).ToHashSet();

        Assert.That(ids, Has.Count.EqualTo(10_000));
        Assert.That(string.CompareOrdinal(MessageId.New(Now.AddMilliseconds(1)), ids.Max(StringComparer.Ordinal)), Is.Positive);
    }
}
