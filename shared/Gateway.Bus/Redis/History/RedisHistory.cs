using Gateway.Contracts;

namespace Gateway.Bus.Redis.History;

internal sealed class RedisHistory(HistoryPolicies policies) : IMessageHistory
{
    public bool Keeps(Target target) => policies.Of(target) is not null;

    public Task<Position[]> GetPositionsAsync(IReadOnlyList<Target> targets, CancellationToken cancellation) =>
        Task.FromResult(targets.Select(_ => new Position("0", 0)).ToArray());

    public Task<HistoryPage> ReadAsync(Target target, HistoryRange range, CancellationToken cancellation) =>
        Task.FromResult(new HistoryPage(new Position("0", 0), 0, []));
}
