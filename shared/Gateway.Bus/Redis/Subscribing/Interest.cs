namespace Gateway.Bus.Redis.Subscribing;

/// <summary>A wanted target and how many of its channels the present connection has not confirmed yet. Guarded by the set's lock.</summary>
internal sealed class Interest
{
    private TaskCompletionSource? _confirmed;

    public Subscription[] Subscriptions { get; set; } = [];

    public int Missing { get; set; }

    /// <summary>Ends when nothing is missing.</summary>
    public Task WhenConfirmed()
    {
        if (Missing == 0) return Task.CompletedTask;
        return (_confirmed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Confirm()
    {
        if (--Missing > 0) return;
        _confirmed?.TrySetResult();
        _confirmed = null;
    }

    public void Cancel()
    {
        _confirmed?.TrySetCanceled();
        _confirmed = null;
    }
}
