using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Publishing;

namespace UserApi;

/// <summary>Publishes what a caller says, stamped with who it is by token or key: a body cannot say.</summary>
internal sealed class CallerPublisher(GatewayPublisher publisher)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="http">The request, for its caller.</param>
    /// <param name="target">Where to.</param>
    /// <param name="type">What kind of message.</param>
    /// <param name="content">What it says; its names become snake_case, what is null is left out.</param>
    /// <param name="id">The id the caller chose, if any; it counts for this caller alone.</param>
    public async Task<PublishResult> PublishAsync<T>(HttpContext http, Target target, string type, T content, string? id)
    {
        var caller = http.GetCaller()!;
        var message = new OutgoingMessage
        {
            Type = type,
            Content = JsonSerializer.SerializeToUtf8Bytes(content, Json),
            From = caller.UserId,
            FromName = caller.UserName,
            Id = id is null ? null : MessageId.OfUser(caller.UserId, id),
        };
        return await publisher.PublishAsync(target, message, http.RequestAborted);
    }
}

/// <summary>Content of <c>user_message</c> and <c>chat</c>: who says it, to whom or where, and what.</summary>
internal sealed record ChatContent(string From, string? To, string? Room, string Text);
