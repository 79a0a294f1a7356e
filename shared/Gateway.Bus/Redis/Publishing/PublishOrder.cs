namespace Gateway.Bus.Redis.Publishing;

/// <summary>
/// Keeps the order of calls while one of them is retried: it holds the turn, and later calls queue behind it.
/// Without a retry it costs one read.
/// </summary>
internal sealed class PublishOrder : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private int _inside;

    public bool IsClear => Volatile.Read(ref _inside) == 0;

    /// <summary>The position in the queue is taken before this method returns.</summary>
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
