using System.Text.Json;
using Gateway.Api.Publishing;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using Gateway.Publishing;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace UserApi;

/// <summary>Publishes a message of the caller. Id and name of the sender come from the token or API key, never from the body.</summary>
internal sealed class CallerPublisher(GatewayPublisher publisher, IOptions<JsonOptions> json, TimeProvider time)
{
    /// <param name="http">The request, for its caller.</param>
    /// <param name="target">The receivers.</param>
    /// <param name="type">The type of the message.</param>
    /// <param name="content">Its names become snake_case; nulls are left out.</param>
    /// <param name="id">The id the caller chose, if any; it counts for this caller alone.</param>
    public async Task<PublishOutcome> PublishAsync<T>(HttpContext http, Target target, string type, T content, string? id)
    {
        var caller = http.GetCaller()!;

        // Created here if the caller chose none: a 503 contains it, and a retry with it has the same message id.
        var chosen = id ?? MessageId.New(time.GetUtcNow());
        var message = new OutgoingMessage
        {
            Type = type,
            Content = JsonSerializer.SerializeToUtf8Bytes(content, json.Value.SerializerOptions),
            From = caller.UserId,
            FromName = caller.UserName,
            Id = MessageId.OfUser(caller.UserId, chosen),
        };
        return PublishOutcome.Of(await publisher.PublishAsync(target, message, http.RequestAborted), chosen);
    }
}

/// <summary>Content of <c>user_message</c> and <c>chat</c>.</summary>
internal sealed record ChatContent(string From, string? To, string? Room, string Text);
