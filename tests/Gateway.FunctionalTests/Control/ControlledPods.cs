using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.FunctionalTests.Bus;

namespace Gateway.FunctionalTests.Control;

/// <summary>Three gateways on one Redis. The connections of the third can be cut.</summary>
internal sealed class ControlledPods : IAsyncDisposable
{
    private readonly int _relayPort;
    private TcpRelay? _relay;

    private ControlledPods(RedisServer redis, int relayPort) => (Redis, _relayPort) = (redis, relayPort);

    public RedisServer Redis { get; }

    public List<ServiceHost> All { get; } = [];

    public ServiceHost Third => All[2];

    public static async Task<ControlledPods> StartAsync(params string[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var pods = new ControlledPods(redis, FreePort());
        pods.Reconnect();
        foreach (var port in new[] { redis.Port, redis.Port, pods._relayPort })
            pods.All.Add(await ServiceHost.GatewayAsync(redis: null, [$"--Redis:Host={redis.Host}", $"--Redis:Port={port}", .. settings]));
        await TestTimeout.Until(() => pods.All.TrueForAll(Pods.IsConnected), "all gateways to reach Redis");
        return pods;
    }

    /// <summary>Cuts the third gateway off.</summary>
    public async Task CutAsync()
    {
        _relay!.Dispose();
        await TestTimeout.Until(() => !Pods.IsConnected(Third), "the gateway to see the outage");
    }

    public void Reconnect() => _relay = new TcpRelay(IPAddress.Loopback, _relayPort, Redis.Port);

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in All) await gateway.DisposeAsync();
        _relay!.Dispose();
        await Redis.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>HTTP requests to a gateway.</summary>
internal static class GatewayRequests
{
    public static async Task<ApiResponse> PostAsync(this ServiceHost gateway, string path, string json, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await TestTimeout.For(gateway.Http.SendAsync(request), path);
        return await ApiResponse.ReadAsync(response);
    }

    /// <summary>An order of an operator; returns its id.</summary>
    public static async Task<string> OrderAsync(this ServiceHost gateway, string name, string json = "{}")
    {
        var response = await gateway.PostAsync("/admin/" + name, json, Tokens.Operator());
        NUnit.Framework.Assert.That(response.Status, NUnit.Framework.Is.EqualTo(202), response.Text);
        return response.Json.GetProperty("id").GetString()!;
    }
}
