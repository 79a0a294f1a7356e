namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Keeps the order of calls when one of them must be tried again: it takes the turn, and later calls queue behind it in theirs.
/// While nobody waits it costs one read.
/// </summary>
internal sealed class PublishOrder : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private int _inside;

    public bool IsClear => Volatile.Read(ref _inside) == 0;

    /// <summary>The place in the queue is taken before this returns.</summary>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _inside);
        try
        {
            await _turn.WaitAsync(cancellation);
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _inside);
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();
}
