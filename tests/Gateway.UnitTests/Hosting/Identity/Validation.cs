using System.Diagnostics.CodeAnalysis;
using Gateway.Hosting.Identity;
using Microsoft.Extensions.Options;

namespace Gateway.UnitTests.Hosting.Identity;

/// <summary>A validator with options of a test, on a clock that stands still.</summary>
internal static class Validation
{
    public static readonly FakeTime Time = new();

    public static long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public static TokenValidator With(AuthOptions options) =>
        new(new TokenParameters(options, Time, authority: null), Options.Create(options));

    public static TokenValidator Hs256(Action<AuthOptions>? change = null)
    {
        var options = new AuthOptions { Secret = Tokens.Secret };
        change?.Invoke(options);
        return With(options);
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "With a configured key it ends at once, and a test says so where it does not.")]
    public static TokenResult Check(this TokenValidator validator, string token)
    {
        var result = validator.ValidateAsync(token, CancellationToken.None);
        return result.IsCompletedSuccessfully ? result.Result : throw new InvalidOperationException("the validator waited or threw");
    }

    /// <summary>Claims of ann, good for an hour on this clock.</summary>
    public static Dictionary<string, object> Claims(params (string Name, object? Value)[] more) => Tokens.Claims("ann", [("exp", Now + 3600), .. more]);
}
