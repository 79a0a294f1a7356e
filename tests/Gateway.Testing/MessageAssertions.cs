using System.Text.Json;
using NUnit.Framework;

namespace Gateway.Testing;

/// <summary>What tests ask of a message of the native dialect.</summary>
internal static class MessageAssertions
{
    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static JsonElement Content(this JsonElement message, string name) => message.GetProperty("content").GetProperty(name);

    public static string? Text(this JsonElement message) => message.Content("text").GetString();

    public static void MustBeAck(this JsonElement response) => Assert.That(response.Type(), Is.EqualTo("ack"), response.GetRawText());

    public static void MustBeError(this JsonElement response, int code)
    {
        Assert.That(response.Type(), Is.EqualTo("error"), response.GetRawText());
        Assert.That(response.Content("code").GetInt32(), Is.EqualTo(code), response.GetRawText());
        Assert.That(response.Content("message").GetString(), Is.Not.Empty);
        Assert.That(response.Content("level").GetString(), Is.EqualTo("error"));
    }

    public static IEnumerable<string> Types(this IEnumerable<JsonElement> messages) => messages.Select(Type);
}
