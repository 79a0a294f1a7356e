using System.Text.Json;
using NUnit.Framework;

namespace Gateway.Testing;

/// <summary>What tests ask of a message of the native dialect.</summary>
internal static class MessageAssertions
{
    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static JsonElement Content(this JsonElement message, string name) => message.GetProperty("content").GetProperty(name);

    public static string? Text(this JsonElement message) => message.Content("text").GetString();

    public static void MustBeAck(this JsonElement answer) => Assert.That(answer.Type(), Is.EqualTo("ack"), answer.GetRawText());

    public static void MustBeError(this JsonElement answer, int code)
    {
        Assert.That(answer.Type(), Is.EqualTo("error"), answer.GetRawText());
        Assert.That(answer.Content("code").GetInt32(), Is.EqualTo(code), answer.GetRawText());
        Assert.That(answer.Content("message").GetString(), Is.Not.Empty);
        Assert.That(answer.Content("level").GetString(), Is.EqualTo("error"));
    }

    public static IEnumerable<string> Types(this IEnumerable<JsonElement> messages) => messages.Select(Type);
}
