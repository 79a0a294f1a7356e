namespace Gateway.Hosting.Health;

/// <summary>How many clients are connected to this process, for <c>/health</c>; only the gateway has one.</summary>
public interface IConnectionCount
{
    int Count { get; }
}
