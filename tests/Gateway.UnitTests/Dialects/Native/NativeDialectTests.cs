using System.Text.Json;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Dialects.Native;
using Gateway.UnitTests.Connections;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.Dialects.Native;

/// <summary>The bytes a client of <c>/ws</c> sees: contracts C3, C5, C9.</summary>
internal sealed class NativeDialectTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123);

    private readonly NativeDialect _native = new();

    [Test]
    public void C3_A_message_with_everything()
    {
        var frame = _native.Render(Message(Target.Room("chat:1")) with
        {
            From = "u1", FromName = "Ursula \"U\" <é€𝄞>", Content = "{\"text\": 1.50 }"u8.ToArray(), Data = "{\"x\":1}"u8.ToArray(), Key = "k",
        });
        Assert.That(Frames.Payload(frame), Is.EqualTo(
            """{"type":"note","id":"m1","from":"u1","from_name":"Ursula \"U\" <é€""" + "\\uD834\\uDD1E" + """>","room":"chat:1","content":{"text": 1.50 }"""
            + ""","data":{"x":1},"timestamp":1767225600,"created_at":"2026-01-01T00:00:00.123Z"}"""));
        Assert.That((frame.Target, frame.Key), Is.EqualTo(((Target?)Target.Room("chat:1"), "k")));
    }

    [Test]
    public void C3_A_message_with_nothing() => Assert.That(Frames.Payload(_native.Render(Message(Target.All))), Is.EqualTo(
        """{"type":"note","id":"m1","content":null,"timestamp":1767225600,"created_at":"2026-01-01T00:00:00.123Z"}"""));

    [Test]
    public void A_message_to_a_user_or_task_names_its_target()
    {
        Assert.That(Json(_native.Render(Message(Target.User("auth0|5")))).GetProperty("to").GetString(), Is.EqualTo("auth0|5"));
        Assert.That(Json(_native.Render(Message(Target.Task("t")))).GetProperty("room").GetString(), Is.EqualTo("task:t"));
    }

    [Test]
    public void C5_The_welcome() => Assert.That(Frames.Payload(_native.Welcome(new Welcome("c1", IsDegraded: false, Cursor: null), Now)), Is.EqualTo(
        """{"type":"welcome","content":{"code":0,"message":"connected","level":"info"},"data":{"client_id":"c1","server_time":1767225600},"timestamp":1767225600}"""));

    [Test]
    public void A_degraded_welcome_has_the_flag() =>
        Assert.That(Json(_native.Welcome(new Welcome("c1", IsDegraded: true, Cursor: null), Now)).GetProperty("data").GetProperty("degraded").GetBoolean(), Is.True);

    [Test]
    public void The_welcome_names_the_places_of_the_targets() =>
        Assert.That(
            Json(_native.Welcome(new Welcome("c1", IsDegraded: false, "user:ann@k3f9.17"), Now)).GetProperty("data").GetProperty("cursor").GetString(),
            Is.EqualTo("user:ann@k3f9.17"));

    [Test]
    public void C9_The_pong()
    {
        Assert.That(Frames.Payload(_native.Pong(null, Now)), Is.EqualTo("""{"type":"pong","content":null,"timestamp":1767225600}"""));
        Assert.That(Frames.Payload(_native.Pong("a\"b", Now)), Is.EqualTo("""{"type":"pong","ref":"a\"b","content":null,"timestamp":1767225600}"""));
    }

    [Test]
    public void Acks_errors_gaps_and_drains()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Frames.Payload(_native.Ack("1", "{\"room\":\"r\"}"u8, Now)), Is.EqualTo("""{"type":"ack","ref":"1","content":{"room":"r"},"timestamp":1767225600}"""));
            Assert.That(Frames.Payload(_native.Error("1", 404, "no", Now)), Is.EqualTo("""{"type":"error","ref":"1","content":{"code":404,"message":"no","level":"error"},"timestamp":1767225600}"""));
            Assert.That(Frames.Payload(_native.Error(null, 400, "no", Now)), Does.Not.Contain("ref"));
            Assert.That(Frames.Payload(_native.Gap(new GapNotice(Target.Room("r"), GapReason.Queue), Now)), Is.EqualTo("""{"type":"gap","content":{"room":"r","reason":"queue"},"timestamp":1767225600}"""));
            Assert.That(Frames.Payload(_native.Drain(250, Now)), Is.EqualTo("""{"type":"drain","content":{"reconnect_after_ms":250},"timestamp":1767225600}"""));
        });
    }

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(262_144)]
    public void A_frame_of_any_size_has_its_length_in_the_shortest_form(int length)
    {
        var frame = Frame.Text(new byte[length]);
        Assert.That(frame.Bytes, Has.Length.EqualTo(length + length switch { < 126 => 2, <= 65_535 => 4, _ => 10 }));
        Assert.That(Frames.Split(frame.Bytes), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_rendering_on_many_threads_mixes_nothing() => Parallel.For(0, 10_000, i =>
        Assert.That(Json(_native.Render(Message(Target.Room($"r{i}")))).GetProperty("room").GetString(), Is.EqualTo($"r{i}")));

    private static Message Message(Target target) => new() { Id = "m1", Type = "note", Target = target, Timestamp = Now.ToUnixTimeMilliseconds() };

    private static JsonElement Json(Frame frame) => JsonDocument.Parse(Frames.Payload(frame)).RootElement;
}
