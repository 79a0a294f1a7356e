namespace Gateway.Hosting.Identity;

/// <summary>The keys that tokens are checked with.</summary>
internal interface ITokenKeys
{
    /// <summary>The key for a token that names <paramref name="kid"/>; null when there is none. May fetch, so it may take seconds.</summary>
    ValueTask<SigningKey?> FindAsync(string? kid, CancellationToken cancellation);
}
