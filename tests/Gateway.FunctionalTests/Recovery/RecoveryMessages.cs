using System.Text.Json;
using Gateway.Contracts;

namespace Gateway.FunctionalTests.Recovery;

/// <summary>What tests read of places and numbered messages.</summary>
internal static class RecoveryMessages
{
    public static string Cursor(this JsonElement welcome) => welcome.GetProperty("data").GetProperty("cursor").GetString()!;

    public static Position Place(this JsonElement named) => new(named.GetProperty("epoch").GetString()!, named.GetProperty("offset").GetInt64());

    public static IEnumerable<int> Numbers(this IEnumerable<JsonElement> messages) => messages.Select(m => m.Content("n").GetInt32());

    /// <summary>The next messages of any type.</summary>
    public static async Task<List<JsonElement>> NextAsync(this Client client, int count)
    {
        var received = new List<JsonElement>();
        while (received.Count < count) received.Add(await client.NextAsync());
        return received;
    }
}
