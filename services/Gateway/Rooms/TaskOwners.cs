using Gateway.Bus;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Reads the owner of a task: <c>gateway:task:&lt;id&gt;</c>, written by the user API or by any service with SET.</summary>
internal sealed class TaskOwners(IStateStore store, IOptions<TaskOptions> options)
{
    /// <summary>How long a task stays bound to its first user.</summary>
    private static readonly TimeSpan BoundFor = TimeSpan.FromDays(1);

    public async ValueTask<bool> IsOwnerAsync(string taskId, string userId, CancellationToken cancellation)
    {
        var key = "task:" + taskId;
        var owner = options.Value.UnknownOwner == UnknownOwner.First
            ? await store.GetOrSetAsync(key, userId, BoundFor, cancellation)
            : await store.GetAsync(key, cancellation);
        return owner == userId;
    }
}
