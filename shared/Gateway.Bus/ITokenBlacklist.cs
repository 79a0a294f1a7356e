namespace Gateway.Bus;

/// <summary>Tokens that another system has revoked by setting a key <c>token:blacklist:&lt;jwt&gt;</c>. Throws <see cref="BusUnavailableException"/>.</summary>
public interface ITokenBlacklist
{
    Task<bool> ContainsAsync(string token, CancellationToken cancellation);

    /// <summary>All tokens; may take a while.</summary>
    IAsyncEnumerable<string> AllAsync(CancellationToken cancellation);
}
