using System.Security.Cryptography;
using System.Text;
using AdminApi;
using NUnit.Framework;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>Every endpoint that publishes, with every kind of target it can reach, for every kind of caller: 403 without the scope of the target.</summary>
internal sealed class PublishScopeMatrixTests
{
    private const string All = "publish:all";
    private const string Room = "publish:room";
    private const string User = "publish:user";
    private const string Both = "publish:room publish:user";
    private const string Nothing = "";

    private const string Notification = """{"title":"t","body":"b"}""";
    private const string Update = """{"entity":"order","action":"updated","id":"7"}""";

    private static readonly string[] KeyScopes = [All, Room, User, "operator", "publish:all,publish:room,publish:user"];

    /// <summary>Service, method and path, body, and the scopes that all are needed.</summary>
    private static readonly (string Service, string Endpoint, string Body, string Needed)[] Entries =
    [
        ("admin", "POST /publish", """{"target":"all","type":"tick"}""", All),
        ("admin", "POST /publish", """{"target":"user:bob","type":"tick"}""", User),
        ("admin", "POST /publish", """{"target":"room:a","type":"tick"}""", Room),
        ("admin", "POST /publish", """{"target":"task:a","type":"tick"}""", Room),
        ("admin", "POST /publish", """{"targets":["room:a","user:bob"],"type":"tick"}""", Both),
        ("admin", "POST /publish", """{"messages":[{"target":"all","type":"tick"}]}""", All),
        ("admin", "POST /publish", """{"messages":[{"target":"user:bob","type":"tick"}]}""", User),
        ("admin", "POST /publish", """{"messages":[{"target":"room:a","type":"tick"}]}""", Room),
        ("admin", "POST /publish", """{"messages":[{"target":"task:a","type":"tick"}]}""", Room),
        ("admin", "POST /publish", """{"messages":[{"targets":["user:bob","room:a"],"type":"tick"}]}""", Both),
        ("admin", "POST /api/v1/admin/notifications/system", Notification, All),
        ("admin", "POST /api/v1/admin/notifications/user/bob", Notification, User),
        ("admin", "POST /api/v1/admin/notifications/order", """{"user_id":"bob","order_id":"1","order_status":"x"}""", User),
        ("user", "POST /api/v1/user/messages", """{"to":"bob","text":"t"}""", Nothing),
        ("user", "POST /api/v1/user/chat", """{"to":"bob","text":"t"}""", Nothing),
        ("user", "POST /api/v1/user/chat", """{"room":"a","text":"t"}""", Room),
        ("user", "POST /api/v1/user/chat", """{"room":"task:a","text":"t"}""", Room),
        ("user", "POST /api/v1/user/chat", """{"room":"user:bob","text":"t"}""", User),
        ("user", "PUT /api/v1/user/tasks/a", """{"user_id":"bob"}""", User),
        ("user", "POST /api/v1/user/tasks/b/progress", "{}", User),
        ("gateway", "POST /ws/message/notification/user/bob", Notification, User),
        ("gateway", "POST /ws/message/system/broadcast", Notification, All),
        ("gateway", "POST /ws/message/data-update/group/a", Update, Room),
        ("gateway", "POST /ws/message/data-update/group/task:a", Update, Room),
        ("gateway", "POST /ws/message/data-update/group/user:bob", Update, User),
        ("gateway", "POST /ws/message/data-update/group/user%3Abob", Update, User),
    ];

    private Dictionary<string, ApiHost> _hosts = [];

    private static IEnumerable<TestCaseData> Cells =>
        from entry in Entries
        from caller in Callers()
        select new TestCaseData(entry.Service, entry.Endpoint, entry.Body, caller.Name, caller.Scopes, entry.Needed)
            .SetArgDisplayNames(entry.Endpoint, entry.Body, caller.Name);

    [OneTimeSetUp]
    public async Task Start()
    {
        var keys = KeyScopes.SelectMany((scopes, i) => new[]
        {
            $"--Auth:ApiKeys:{i + 1}:Name=key{i}", $"--Auth:ApiKeys:{i + 1}:Hash={Hash(scopes)}", $"--Auth:ApiKeys:{i + 1}:Scopes={scopes}",
        }).ToArray();
        _hosts = new()
        {
            ["admin"] = await ApiHost.StartAsync(AdminApiApp.Create, keys),
            ["user"] = await ApiHost.StartAsync(UserApiApp.Create, [.. keys, "--Limits:UserPublishesPerSecond=0"]),
            ["gateway"] = await ApiHost.StartAsync(GatewayApp.Create, keys),
        };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var host in _hosts.Values) await host.DisposeAsync();
    }

    [TestCaseSource(nameof(Cells))]
    public async Task A_caller_publishes_only_with_the_scope_of_the_target(string service, string endpoint, string body, string caller, string scopes, string needed)
    {
        var response = await SendAsync(_hosts[service], endpoint, body, caller, scopes);

        var missing = needed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(scope => !scopes.Contains(scope, StringComparison.Ordinal)).ToArray();
        var isAllowed = missing.Length == 0 || scopes.Contains("operator", StringComparison.Ordinal);
        Assert.That(StatusOf(response), Is.EqualTo(isAllowed ? 200 : 403), response.Text);
        if (!isAllowed) Assert.That(missing.Where(response.Text.Contains), Is.Not.Empty, "a scope that is missing is named");
    }

    private static IEnumerable<(string Name, string Scopes)> Callers()
    {
        string[] tokens = [Nothing, All, Room, User, Both, "publish:all publish:room publish:user"];
        foreach (var scopes in tokens) yield return ($"token [{scopes}]", scopes);
        yield return ("token of an operator", "operator");
        foreach (var scopes in KeyScopes) yield return ($"key [{scopes}]", scopes);
    }

    private static async Task<ApiResponse> SendAsync(ApiHost host, string endpoint, string body, string caller, string scopes)
    {
        var parts = endpoint.Split(' ');
        var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (caller.StartsWith("key", StringComparison.Ordinal)) request.Headers.Add("X-API-Key", KeyOf(scopes));
        else request.Headers.Authorization = new("Bearer", scopes == "operator" ? Tokens.Operator() : Tokens.WithScopes("sue", scopes));
        return await host.SendAsync(request);
    }

    /// <summary>That of the only message of a batch, where it is one.</summary>
    private static int StatusOf(ApiResponse response) =>
        response.Status == 200 && response.Json.TryGetProperty("results", out var results) && results[0].TryGetProperty("status", out var status)
            ? status.GetInt32()
            : response.Status;

    private static string KeyOf(string scopes) => "a key with " + scopes;

    private static string Hash(string scopes) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(scopes))));
}
