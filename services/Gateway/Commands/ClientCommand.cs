using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Connections;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>One command that a client may send.</summary>
internal abstract class ClientCommand
{
    /// <summary>The <c>type</c> that selects it.</summary>
    public abstract string Type { get; }

    public abstract ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation);
}

/// <summary>The result of a command: content for the ack, or an error with its code (see the protocol chapter).</summary>
internal readonly record struct Reply(int Code, string? Error, byte[] Content, bool IsPong = false)
{
    public static readonly Reply Pong = new(0, null, [], IsPong: true);

    /// <summary>The command has sent its ack itself, because it had to precede messages.</summary>
    public static readonly Reply AlreadySent = new(0, null, []) { IsSent = true };

    public static readonly Reply BusUnavailable = Unavailable("the message bus is not reachable; try again");

    public bool IsError => Error is not null;

    public bool IsSent { get; private init; }

    public static Reply Ok(byte[] json) => new(0, null, json);

    public static Reply Ok(string json) => Ok(Encoding.UTF8.GetBytes(json));

    /// <summary>An ack whose content is an object with one string.</summary>
    public static Reply Ok(string name, string value) => Ok($"{{\"{name}\":\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"}}");

    public static Reply Invalid(string error) => new(400, error, []);

    public static Reply Forbidden(string error) => new(403, error, []);

    public static Reply NotMember(string error) => new(404, error, []);

    public static Reply TooLarge(string error) => new(413, error, []);

    public static Reply TooMany(string error) => new(429, error, []);

    public static Reply Unavailable(string error) => new(503, error, []);
}
