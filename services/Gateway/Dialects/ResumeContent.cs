using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Dialects;

/// <summary><c>{"targets":[{room, epoch, offset, recovered} | {room, error}]}</c>: the content of the ack of <c>resume</c>.</summary>
internal static class ResumeContent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(IReadOnlyList<ResumedTarget> targets)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        WriteTargets(json, targets);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One target as the content of the ack of <c>join_room</c>.</summary>
    public static byte[] Of(ResumedTarget target)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(buffer, Options);
        Write(json, target);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void WriteTargets(Utf8JsonWriter json, IReadOnlyList<ResumedTarget> targets)
    {
        json.WriteStartArray("targets"u8);
        foreach (var target in targets) Write(json, target);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ResumedTarget target)
    {
        json.WriteStartObject();
        json.WriteString("room"u8, target.Target.RoomName);
        if (target.Place is { } place)
        {
            json.WriteString("epoch"u8, place.Epoch);
            json.WriteNumber("offset"u8, place.Offset);
        }

        if (target.IsRecovered is { } recovered) json.WriteBoolean("recovered"u8, recovered);
        if (target.Error is { } error)
        {
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
