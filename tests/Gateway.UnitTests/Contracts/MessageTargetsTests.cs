using System.Text;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Contracts;

internal sealed class MessageTargetsTests
{
    private static readonly Target Room = Target.Room("a");

    [Test]
    public void The_list_of_targets_reads_back_as_it_was_written()
    {
        Target[] targets = [Target.User("auth0|5f\"Ü"), Room, Target.Task("t"), Target.All];
        Assert.That(Read(Encoding.UTF8.GetString(MessageWriter.ToBytes(Message(targets)))), Is.EqualTo(targets));
    }

    [Test]
    public void A_message_of_one_target_carries_no_list() =>
        Assert.That(Encoding.UTF8.GetString(MessageWriter.ToBytes(Message([Room]))), Does.Not.Contain("targets"));

    [TestCase("""["room:a"]""", Description = "one target")]
    [TestCase("""["room:b","room:c"]""", Description = "the channel's own target is missing")]
    [TestCase("""["room:a","room:*"]""")]
    [TestCase("""["room:a",["room:b"]]""")]
    [TestCase("""["room:a",7]""")]
    [TestCase("""{"0":"room:a"}""")]
    [TestCase("2")]
    [TestCase("null")]
    [TestCase("""["room:a","room:1","room:2","room:3","room:4","room:5","room:6","room:7","room:8"]""", Description = "more than 8")]
    public void An_invalid_list_is_ignored(string targets) =>
        Assert.That(Read($$"""{"type":"t","targets":{{targets}},"content":1}"""), Is.Empty);

    [Test]
    public void The_places_of_earlier_copies_read_back_as_they_were_written()
    {
        var placed = new Dictionary<Target, Position> { [Target.User("auth0|5f\"Ü")] = new("k3f9", 17), [Target.All] = new("0", 9_007_199_254_740_993) };
        var json = MessageWriter.ToBytes(Message([Room]) with { Placed = placed });

        Assert.That(MessageReader.TryRead(json, Room, DateTimeOffset.UnixEpoch, null, out var message, out var error), Is.True, error);
        Assert.That(message!.Placed, Is.EquivalentTo(placed));
    }

    [TestCase("""{"room:a":"k3f9"}""")]
    [TestCase("""{"room:*":"k3f9.1"}""")]
    [TestCase("""{"room:a":17}""")]
    [TestCase("""{"room:a":{"room:b":"k3f9.1"},"room:c":"k3f9.1"}""")]
    [TestCase("""["room:a"]""")]
    [TestCase("null")]
    public void Invalid_places_are_ignored(string placed)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"type":"t","placed":{{placed}},"content":1}""");

        Assert.That(MessageReader.TryRead(json, Room, DateTimeOffset.UnixEpoch, null, out var message, out var error), Is.True, error);
        Assert.That((message!.Placed.Count, message.Content.Length), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_place_in_the_JSON_is_ignored()
    {
        var json = """{"type":"t","offset":7,"epoch":"k3f9"}"""u8.ToArray();

        Assert.That(MessageReader.TryRead(json, Room, DateTimeOffset.UnixEpoch, null, out var message, out _), Is.True);
        Assert.That(message!.Position, Is.Null);
    }

    private static Message Message(Target[] targets) => new() { Id = "i", Type = "t", Target = Room, Timestamp = 0, Targets = targets };

    private static IReadOnlyList<Target> Read(string json)
    {
        Assert.That(MessageReader.TryRead(Encoding.UTF8.GetBytes(json), Room, DateTimeOffset.UnixEpoch, null, out var message, out var error), Is.True, error);
        return message!.Targets;
    }
}
