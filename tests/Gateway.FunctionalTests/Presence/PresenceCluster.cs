using System.Text.Json;
using Gateway.Bus;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.FunctionalTests.Presence;

/// <summary>Gateways in this process on one Redis, with presence in the rooms <c>p:…</c>, and the state and events that Redis has of them.</summary>
internal sealed class PresenceCluster : IAsyncDisposable
{
    public const string Room = "p:lobby";

    public static readonly string[] Settings = ["--Rooms:Policies:0:Pattern=p:*", "--Rooms:Policies:0:Presence=true"];

    private PresenceCluster(RedisServer redis, ServiceHost[] pods) => (Redis, Pods) = (redis, pods);

    public RedisServer Redis { get; }

    public ServiceHost[] Pods { get; }

    public static Task<PresenceCluster> StartAsync(int pods, params string[] settings) => StartAsync(pods, [], settings);

    /// <param name="pods">How many.</param>
    /// <param name="redisArguments">More words for redis-server.</param>
    /// <param name="settings">Of all gateways.</param>
    public static async Task<PresenceCluster> StartAsync(int pods, string[] redisArguments, string[] settings)
    {
        var redis = await RedisServer.StartAsync(null, redisArguments);
        var hosts = new ServiceHost[pods];
        for (var i = 0; i < pods; i++) hosts[i] = await ServiceHost.GatewayAsync(redis, [.. Settings, $"--Redis:ClientName=pod-{i}", .. settings]);
        var cluster = new PresenceCluster(redis, hosts);
        await cluster.UntilConnectedAsync();
        return cluster;
    }

    public Task UntilConnectedAsync() => TestTimeout.Until(
        () => Pods.All(pod => pod.Services.GetRequiredService<IBusHealth>().Current.Connected), "the gateways to reach Redis");

    /// <summary>A gateway in a process of its own on the same Redis.</summary>
    public ServiceProcess StartProcess(string pod, params (string Name, string Value)[] settings) => ServiceProcess.Start(
        "Gateway.dll",
        [
            ("PORT", "0"), ("JWT_SECRET", Tokens.Secret), ("REDIS_HOST", Redis.Host), ("REDIS_PORT", $"{Redis.Port}"), ("Redis__ClientName", pod), ("Drain__Budget", "0.2"),
            ("Rooms__Policies__0__Pattern", "p:*"), ("Rooms__Policies__0__Presence", "true"), .. settings,
        ]);

    /// <summary>Ids and connections of all users that are online, as a gateway reports them.</summary>
    public async Task<Dictionary<string, int>> OnlineAsync(int pod = 0) =>
        (await OnlinePageAsync(Pods[pod], "limit=1000")).TryGetProperty("data", out var data) ? UsersOf(data.GetProperty("users")) : [];

    public async Task UntilOnlineAsync(Dictionary<string, int> expected, int pod = 0)
    {
        Dictionary<string, int> last = [];
        try
        {
            await TestTimeout.Until(async () => Same(last = await OnlineAsync(pod), expected), "the users to be online");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"online: {JsonSerializer.Serialize(last)}, expected: {JsonSerializer.Serialize(expected)}", e);
        }
    }

    public static async Task<JsonElement> OnlinePageAsync(ServiceHost pod, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ws/online-users?" + query);
        request.Headers.Add("Authorization", "Bearer " + Tokens.Operator());
        using var response = await pod.Http.SendAsync(request);
        return await response.BodyAsync();
    }

    public static async Task<Dictionary<string, int>> MembersAsync(Client client, string room = Room)
    {
        var response = await client.AskAsync($$"""{"type":"room_members","room":"{{room}}"}""");
        response.MustBeAck();
        return UsersOf(response.Content("members"));
    }

    public static Task UntilMembersAsync(Client client, Dictionary<string, int> expected, string room = Room) =>
        TestTimeout.Until(async () => Same(await MembersAsync(client, room), expected), "the members of the room");

    /// <summary>The events of the stream in their order: <c>connect ann</c>, <c>leave ann p:lobby</c>, <c>vacated p:lobby</c>.</summary>
    public async Task<List<string>> EventsAsync()
    {
        var events = new List<string>();
        Dictionary<string, string> fields = [];
        string? name = null;
        foreach (var line in (await Redis.CommandAsync("XRANGE", "gateway:events", "-", "+")).Split('\n').Append("0-0"))
        {
            if (name is null && line.Contains('-') && char.IsAsciiDigit(line[0]) && char.IsAsciiDigit(line[^1]))
            {
                if (fields.Count > 0) events.Add(string.Join(' ', new[] { "event", "user", "room" }.Select(fields.GetValueOrDefault).OfType<string>()));
                fields = [];
            }
            else if (name is null)
            {
                name = line;
            }
            else
            {
                fields[name] = line;
                name = null;
            }
        }

        return events;
    }

    /// <summary>Every key of Redis that presence writes.</summary>
    public async Task<string[]> KeysAsync() =>
        [.. (await Redis.CommandAsync("KEYS", "*")).Split('\n').Where(key => key.StartsWith("gateway:presence", StringComparison.Ordinal) || key.StartsWith("gateway:pod", StringComparison.Ordinal) || key == "gateway:online")];

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in Pods) await pod.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private static bool Same(Dictionary<string, int> one, Dictionary<string, int> other) => one.Count == other.Count && one.All(pair => other.GetValueOrDefault(pair.Key) == pair.Value);

    private static Dictionary<string, int> UsersOf(JsonElement users) =>
        users.EnumerateArray().ToDictionary(user => user.GetProperty("user_id").GetString()!, user => user.GetProperty("connections").GetInt32());
}
