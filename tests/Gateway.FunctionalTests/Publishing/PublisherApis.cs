using AdminApi;
using UserApi;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>Both publisher APIs on one Redis, in this process.</summary>
internal sealed class PublisherApis : IAsyncDisposable
{
    private PublisherApis(RedisServer redis, ApiHost admin, ApiHost user) => (Redis, Admin, User) = (redis, admin, user);

    public RedisServer Redis { get; }

    public ApiHost Admin { get; }

    public ApiHost User { get; }

    public static async Task<PublisherApis> StartAsync(params string[] settings)
    {
        var redis = await RedisServer.StartAsync();
        var admin = await ApiHost.StartAsync(AdminApiApp.Create, [.. redis.Settings, .. settings]);
        return new(redis, admin, await ApiHost.StartAsync(UserApiApp.Create, [.. redis.Settings, .. settings]));
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await User.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
