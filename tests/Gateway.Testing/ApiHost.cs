using System.Net.Http.Headers;
using System.Text;
using Gateway.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Testing;

/// <summary>A service on a port of its own, and a client for it.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>A key that may publish to everybody; the settings know its hash.</summary>
    public const string ApiKey = "key-of-the-tests";

    private static readonly string[] Common =
    [
        "--environment=Development", "--Listen:Port=0", "--Listen:Address=127.0.0.1", $"--Auth:Secret={Tokens.Secret}",
        "--Auth:ApiKeys:0:Name=tests", $"--Auth:ApiKeys:0:Hash={Hash(ApiKey)}",
    ];

    private readonly HttpClient _client;

    private ApiHost(WebApplication app)
    {
        App = app;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TestTimeout.Limit };
    }

    public WebApplication App { get; }

    public GatewayPublisher Publisher => App.Services.GetRequiredService<GatewayPublisher>();

    public static async Task<ApiHost> StartAsync(Func<string[], WebApplication> create, params string[] settings)
    {
        var app = create([.. Common, .. settings]);
        await app.StartAsync();
        return new ApiHost(app);
    }

    public Task<ApiResponse> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<ApiResponse> PostAsync(string path, string? token, string json) => SendAsync(HttpMethod.Post, path, token, json);

    public Task<ApiResponse> PutAsync(string path, string? token, string json) => SendAsync(HttpMethod.Put, path, token, json);

    public Task<ApiResponse> SendAsync(HttpMethod method, string path, string? token, string json)
    {
        var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return SendAsync(request);
    }

    public async Task<ApiResponse> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            // A body that is refused by its length is not read, so it must not be sent before the response arrives.
            request.Headers.ExpectContinue = request.Content?.Headers.ContentLength > 32 * 1024;
            using var response = await _client.SendAsync(request);
            return await ApiResponse.ReadAsync(response);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await App.DisposeAsync();
    }

    private static string Hash(string key) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
