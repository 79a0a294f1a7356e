namespace Gateway.Hosting.Identity;

/// <summary>The one key of the settings. What a token calls it is of no importance.</summary>
internal sealed class ConfiguredKey(SigningKey key) : ITokenKeys
{
    public ValueTask<SigningKey?> FindAsync(string? kid, CancellationToken cancellation) => new(key);
}
