namespace Standalone;

/// <summary>The text that is printed when the process listens. Its commands can be pasted unchanged.</summary>
internal static class Trial
{
    /// <summary>The users that tokens are made for.</summary>
    public static readonly IReadOnlyList<string> Users = ["demo", "bob"];

    /// <param name="port">The port of the process.</param>
    /// <param name="tokens">Creates the tokens.</param>
    public static string Text(int port, TrialTokens tokens)
    {
        var (demo, bob) = (tokens.For(Users[0]), tokens.For(Users[1]));
        return $$$"""

            Gateway, admin API and user API in one process, on this machine only, without Redis. Nothing is stored.

            1. Open http://localhost:{{{port}}}/ and press Connect. Or, with Node.js, in a terminal of its own:

               npx wscat -c 'ws://localhost:{{{port}}}/ws?token={{{demo}}}'

            2. Publish to the user demo:

               curl -X POST http://localhost:{{{port}}}/publish -H 'Content-Type: application/json' -H 'Authorization: Bearer {{{demo}}}' -d '{"target":"user:demo","type":"notification","content":{"title":"Hello","body":"from curl"}}'

            A token for a second user, bob (all tokens expire after {{{TrialTokens.Lifetime.TotalHours}}} hours):

               {{{bob}}}

            Press Ctrl+C to stop.

            """;
    }
}
