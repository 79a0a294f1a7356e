namespace Gateway.Bus.InProcess;

/// <summary>Nothing to count: in a single process the pod's own limit is the whole one.</summary>
internal sealed class InProcessConnectionSlots : IConnectionSlots
{
    private static readonly Task<SlotResult> Taken = Task.FromResult(new SlotResult(IsTaken: true, []));

    public string? Instance => null;

    public Task<SlotResult> TakeAsync(ConnectionSlot slot, int most, bool replace, CancellationToken cancellation) => Taken;

    public Task GiveUpAsync(IReadOnlyCollection<ConnectionSlot> slots, CancellationToken cancellation) => Task.CompletedTask;
}
