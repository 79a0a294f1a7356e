namespace Gateway.Hosting.Identity;

/// <summary>The one place where a JWT becomes a <see cref="Caller"/>.</summary>
public interface ITokenValidator
{
    /// <summary>Never throws for what a client sent: a bad token is an everyday outcome.</summary>
    ValueTask<TokenResult> ValidateAsync(string token, CancellationToken cancellation);
}

/// <param name="Caller">Set when the token is good.</param>
/// <param name="Error">Set when it is not: what a client may be told, without anything of the token in it.</param>
public readonly record struct TokenResult(Caller? Caller, string? Error);
