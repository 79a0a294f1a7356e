namespace Gateway.Bus.InProcess;

/// <summary>No other system shares a process: nothing is blacklisted.</summary>
internal sealed class InProcessTokenBlacklist : ITokenBlacklist
{
    public Task<bool> ContainsAsync(string token, CancellationToken cancellation) => Task.FromResult(false);

    public async IAsyncEnumerable<string> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield break;
    }
}
