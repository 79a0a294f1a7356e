using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.WebSockets;

namespace Gateway.Dialects.Native;

/// <summary>
/// The dialect of <c>/ws</c>: <c>{type, id, from?, from_name?, to?, room?, content, data?, timestamp, created_at}</c>,
/// timestamp in Unix seconds, created_at in ISO 8601 (contracts C3–C5, C9).
/// </summary>
internal sealed class NativeDialect : Dialect
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public override Frame Render(Message message)
    {
        var json = Begin(message.Type);
        json.WriteString("id"u8, message.Id);
        if (message.From is not null) json.WriteString("from"u8, message.From);
        if (message.FromName is not null) json.WriteString("from_name"u8, message.FromName);
        if (message.Target.Kind == TargetKind.User) json.WriteString("to"u8, message.Target.Name);
        if (message.Target.Kind is TargetKind.Room or TargetKind.Task) json.WriteString("room"u8, message.Target.RoomName);
        Raw(json, "content"u8, message.Content.Span);
        if (!message.Data.IsEmpty) Raw(json, "data"u8, message.Data.Span);
        Timestamp(json, message.Timestamp);
        CreatedAt(json, DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp));
        if (message.Position is { } position) Place(json, position);
        return Frame.Message(End(json), message);
    }

    public override Frame Welcome(Welcome welcome, DateTimeOffset now)
    {
        var json = Begin("welcome");
        json.WriteStartObject("content"u8);
        json.WriteNumber("code"u8, 0);
        json.WriteString("message"u8, "connected"u8);
        json.WriteString("level"u8, "info"u8);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        json.WriteString("client_id"u8, welcome.ClientId);
        json.WriteNumber("server_time"u8, now.ToUnixTimeSeconds());
        if (welcome.IsDegraded) json.WriteBoolean("degraded"u8, true);
        if (welcome.Cursor is not null) json.WriteString("cursor"u8, welcome.Cursor);
        json.WriteEndObject();
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Ack(string reference, ReadOnlySpan<byte> content, DateTimeOffset now)
    {
        var json = Begin("ack");
        json.WriteString("ref"u8, reference);
        Raw(json, "content"u8, content);
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Pong(string? reference, DateTimeOffset now)
    {
        var json = Begin("pong");
        if (reference is not null) json.WriteString("ref"u8, reference);
        json.WriteNull("content"u8);
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Error(string? reference, int code, string message, DateTimeOffset now)
    {
        var json = Begin("error");
        if (reference is not null) json.WriteString("ref"u8, reference);
        json.WriteStartObject("content"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteString("level"u8, "error"u8);
        json.WriteEndObject();
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Gap(GapNotice gap, DateTimeOffset now)
    {
        var json = Begin("gap");
        json.WriteStartObject("content"u8);
        json.WriteString("room"u8, gap.Target.RoomName);
        json.WriteString("reason"u8, gap.Reason switch { GapReason.Bus => "bus"u8, GapReason.History => "history"u8, _ => "queue"u8 });
        if (gap.From > 0) json.WriteNumber("from"u8, gap.From);
        if (gap.To > 0) json.WriteNumber("to"u8, gap.To);
        json.WriteEndObject();
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Position(Target target, Position position)
    {
        var json = Begin("position");
        json.WriteStartObject("content"u8);
        json.WriteString("room"u8, target.RoomName);
        Place(json, position);
        json.WriteEndObject();
        return Frame.Text(End(json), target);
    }

    public override Frame Resumed(IReadOnlyList<ResumedTarget> targets, DateTimeOffset now)
    {
        var json = Begin("resume");
        json.WriteStartObject("content"u8);
        json.WriteBoolean("recovered"u8, targets.All(target => target.IsRecovered != false));
        ResumeContent.WriteTargets(json, targets);
        json.WriteEndObject();
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override Frame Drain(int reconnectAfterMilliseconds, DateTimeOffset now)
    {
        var json = Begin("drain");
        json.WriteStartObject("content"u8);
        json.WriteNumber("reconnect_after_ms"u8, reconnectAfterMilliseconds);
        json.WriteEndObject();
        Timestamp(json, now.ToUnixTimeMilliseconds());
        return Frame.Text(End(json));
    }

    public override ParsedCommand Parse(ReadOnlyMemory<byte> text) => NativeCommandReader.Parse(text);

    private static Utf8JsonWriter Begin(string type)
    {
        _buffer ??= new ArrayBufferWriter<byte>(1024);
        _writer ??= new Utf8JsonWriter(_buffer, Options);
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("type"u8, type);
        return _writer;
    }

    private static ReadOnlySpan<byte> End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        return _buffer!.WrittenSpan;
    }

    private static void Raw(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static void Place(Utf8JsonWriter json, Position position)
    {
        json.WriteNumber("offset"u8, position.Offset);
        json.WriteString("epoch"u8, position.Epoch);
    }

    private static void Timestamp(Utf8JsonWriter json, long milliseconds) => json.WriteNumber("timestamp"u8, milliseconds / 1000);

    /// <summary>ISO 8601 with milliseconds. The runtime has a fast formatter for the part up to the seconds only.</summary>
    private static void CreatedAt(Utf8JsonWriter json, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[24];
        time.UtcDateTime.TryFormat(text, out _, "s");
        time.Millisecond.TryFormat(text[20..], out _, "000");
        (text[19], text[23]) = ((byte)'.', (byte)'Z');
        json.WriteString("created_at"u8, text);
    }
}
