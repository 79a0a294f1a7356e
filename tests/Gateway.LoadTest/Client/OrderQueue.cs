using System.Collections.Concurrent;

namespace Gateway.LoadTest.Client;

/// <summary>Work to be done on a loop's thread.</summary>
internal sealed class OrderQueue
{
    private readonly ConcurrentQueue<Action> _orders = new();

    public Task<T> Add<T>(Func<T> order)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Enqueue(() =>
        {
            try
            {
                done.SetResult(order());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void CarryOut()
    {
        while (_orders.TryDequeue(out var order)) order();
    }
}
