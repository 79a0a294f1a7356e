using System.Text.Json;

namespace Gateway.Dialects;

/// <summary>A client's command, independent of its dialect.</summary>
/// <param name="Type">Its name: <c>join_room</c>, <c>ping</c>, …</param>
/// <param name="Reference">The client's <c>ref</c>: a command that has one is acknowledged.</param>
/// <param name="Content">The body; <c>Undefined</c> when there is none. Valid while the command is carried out.</param>
internal sealed record Command(string Type, string? Reference, JsonElement Content)
{
    public string? Room { get; init; }

    public string? To { get; init; }

    /// <summary>The client's id of the message it publishes; makes publishing idempotent.</summary>
    public string? Id { get; init; }

    /// <summary>From where the client resumes; <c>Undefined</c> when there is none.</summary>
    public JsonElement Cursor { get; init; }

    /// <summary>A string of the body, or a number as text, when the body is an object that has it.</summary>
    public string? ContentString(string name) =>
        Content.ValueKind == JsonValueKind.Object && Content.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;
}

/// <summary>A command, or why it is invalid. Dispose after use: the command's content is part of the document.</summary>
/// <param name="Command">Set when it is valid.</param>
/// <param name="Document">What <see cref="Dialects.Command.Content"/> points into.</param>
/// <param name="Reference">The <c>ref</c>, also of an invalid command where it could be read.</param>
/// <param name="Code">Error code: 400 or 413.</param>
/// <param name="Error">Error text.</param>
internal readonly record struct ParsedCommand(Command? Command, JsonDocument? Document, string? Reference, int Code, string? Error) : IDisposable
{
    public static ParsedCommand Invalid(string error, string? reference = null, int code = 400) => new(null, null, reference, code, error);

    public void Dispose() => Document?.Dispose();
}
