using Gateway.Bus;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Testing;

/// <summary>Two gateways on one Redis, in this process.</summary>
internal sealed class Pods : IAsyncDisposable
{
    private Pods(RedisServer redis, ServiceHost a, ServiceHost b) => (Redis, A, B) = (redis, a, b);

    public RedisServer Redis { get; }

    public ServiceHost A { get; }

    public ServiceHost B { get; }

    public static async Task<Pods> StartAsync(params string[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var a = await ServiceHost.GatewayAsync(redis, [.. settings, "--Redis:ClientName=pod-a"]);
        var b = await ServiceHost.GatewayAsync(redis, [.. settings, "--Redis:ClientName=pod-b"]);
        var pods = new Pods(redis, a, b);
        await pods.UntilConnectedAsync();
        return pods;
    }

    public static bool IsConnected(ServiceHost gateway) => gateway.Services.GetRequiredService<IBusHealth>().Current.Connected;

    public Task UntilConnectedAsync() => TestTimeout.Until(() => IsConnected(A) && IsConnected(B), "both gateways to reach Redis");

    /// <summary>How many channels a pod is subscribed to, as Redis itself counts them; patterns must be none.</summary>
    public async Task<int> SubscriptionsAsync(string pod)
    {
        var rows = await Redis.ClientsAsync(pod);
        return rows.Any(row => row["psub"] != "0") ? -1 : rows.Sum(row => int.Parse(row["sub"]));
    }

    public Task UntilSubscribedAsync(string pod, int channels) =>
        TestTimeout.Until(async () => await SubscriptionsAsync(pod) == channels, $"{pod} to hold {channels} subscriptions");

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
