using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Contracts;
using Gateway.Dialects;
using Gateway.Recovery;
using Gateway.Rooms;

namespace Gateway.Commands;

/// <summary>
/// <c>resume</c>: joins all targets of <c>content.cursor</c> at their places. The ack lists what became of each; then what was missed is
/// sent, target by target.
/// </summary>
internal sealed class Resume(Membership membership, ReplayServices replays, TimeProvider time) : ClientCommand
{
    public override string Type => "resume";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (command.Reference is null) return Reply.Invalid("\"resume\" needs a \"ref\": its ack says which targets were recovered");
        if (CursorOf.Text(command) is not { } text) return Reply.Invalid("no cursor: give it as \"content.cursor\", a text");
        if (!Cursor.TryParse(text, out var places, out var error)) return Reply.Invalid(error!);
        var joins = new JoinSet(connection, replays);
        try
        {
            foreach (var (target, position) in places) await AddAsync(joins, connection, target, position, cancellation);
            await joins.ConfirmAsync(Membership.ConfirmTimeout, cancellation);
            joins.AbandonPending(new ResumeError(Reply.BusUnavailable.Code, Reply.BusUnavailable.Error!));
            connection.Send(connection.Dialect.Ack(command.Reference, ResumeContent.Of(joins.Results), time.GetUtcNow()));
            await joins.ReplayAsync(cancellation);
            return Reply.AlreadySent;
        }
        catch
        {
            joins.Abandon();
            throw;
        }
    }

    private async ValueTask AddAsync(JoinSet joins, Connection connection, Target target, Position position, CancellationToken cancellation)
    {
        var refused = connection.Memberships.Contains(target)
            ? JoinOutcome.AlreadyLive
            : await membership.CheckAsync(connection, target, joins.RoomCount, cancellation);
        if (refused is null)
        {
            joins.Add(target, position);
            return;
        }

        var reply = refused.Value.ToReply(target);
        joins.Add(new ResumedTarget(target, null, null, new ResumeError(reply.Code, reply.Error!)));
    }
}

/// <summary><c>history</c>: messages of a room that the client is in, oldest first.</summary>
internal sealed class History(IMessageHistory history) : ClientCommand
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Type => "history";

    public override async ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation)
    {
        if (command.Reference is null) return Reply.Invalid("\"history\" needs a \"ref\": the messages are in its ack");
        if (!RoomName.TryRead(command, contentMayBeName: false, out var target, out var error)) return error;
        if (!TryRead(command, "before", 1, long.MaxValue, 0, out var before, out error)) return error;
        if (!TryRead(command, "after", 0, long.MaxValue, -1, out var after, out error)) return error;
        if (!TryRead(command, "limit", 1, MaxLimit, DefaultLimit, out var limit, out error)) return error;
        if (before > 0 && after >= 0) return Reply.Invalid("give \"before\" or \"after\", not both");
        if (!connection.Memberships.Contains(target)) return Reply.NotMember($"you are not in the room {target.RoomName}; join it first");
        if (!history.Keeps(target)) return Reply.NotMember($"no history is kept for {target.RoomName} (History:Policies)");
        var range = new HistoryRange(Math.Max(after, 0), before, (int)limit, Newest: after < 0);
        return Reply.Ok(Write(connection.Dialect, target, range, await history.ReadAsync(target, range, cancellation)));
    }

    private static byte[] Write(Dialect dialect, Target target, HistoryRange range, HistoryPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("room"u8, target.RoomName);
        json.WriteString("epoch"u8, page.Current.Epoch);
        json.WriteStartArray("messages"u8);
        foreach (var message in page.Messages) json.WriteRawValue(dialect.Render(message).Payload.Span, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteBoolean("more"u8, HasMore(range, page));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether the log holds further messages in the direction of reading.</summary>
    private static bool HasMore(HistoryRange range, HistoryPage page)
    {
        if (page.Messages.Count == 0) return false;
        return range.Newest
            ? page.Messages[0].Position!.Value.Offset > page.Oldest
            : page.Messages[^1].Position!.Value.Offset < page.Current.Offset;
    }

    /// <summary>A whole number of the content; false with the error reply when it is of another type or out of range.</summary>
    private static bool TryRead(Command command, string name, long min, long max, long absent, out long value, out Reply error)
    {
        (value, error) = (absent, default);
        if (!ClientContent.Has(command, name)) return true;
        if (command.Content.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out value) && value >= min && value <= max) return true;
        error = Reply.Invalid(max == long.MaxValue ? $"\"content.{name}\" must be a whole number from {min}" : $"\"content.{name}\" must be a whole number from {min} to {max}");
        return false;
    }
}

/// <summary>The cursor of a command: <c>cursor</c>, or <c>content.cursor</c>.</summary>
internal static class CursorOf
{
    private const string Shape = "\"cursor\" must be {\"epoch\":\"…\",\"offset\":0}, or the text <epoch>.<offset> or <target>@<epoch>.<offset>";

    /// <summary>The cursor of one target; null where there is none. False with the error reply when it is malformed or of another target.</summary>
    public static bool TryRead(Command command, Target target, out Position? cursor, out Reply error)
    {
        (cursor, error) = (null, default);
        var value = Of(command);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return true;
        if (value.ValueKind == JsonValueKind.Object ? TryReadObject(value, out var position) : TryReadText(value, target, out position))
        {
            cursor = position;
            return true;
        }

        error = Reply.Invalid(Shape);
        return false;
    }

    /// <summary>The text of a cursor; null if there is none.</summary>
    public static string? Text(Command command) => Of(command) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement Of(Command command)
    {
        if (command.Cursor.ValueKind != JsonValueKind.Undefined) return command.Cursor;
        return command.Content.ValueKind == JsonValueKind.Object && command.Content.TryGetProperty("cursor", out var value) ? value : default;
    }

    private static bool TryReadObject(JsonElement value, out Position position)
    {
        position = default;
        if (!value.TryGetProperty("epoch", out var epoch) || epoch.ValueKind != JsonValueKind.String || !Position.IsEpoch(epoch.GetString())) return false;
        if (!value.TryGetProperty("offset", out var offset) || offset.ValueKind != JsonValueKind.Number || !offset.TryGetInt64(out var number) || number < 0) return false;
        position = new Position(epoch.GetString()!, number);
        return true;
    }

    private static bool TryReadText(JsonElement value, Target target, out Position position)
    {
        position = default;
        if (value.ValueKind != JsonValueKind.String) return false;
        var text = value.GetString()!;
        if (Position.TryParse(text, out position)) return true;
        if (!Cursor.TryParse(text, out var places, out _) || places.Count != 1 || places[0].Target != target) return false;
        position = places[0].Position;
        return true;
    }
}
