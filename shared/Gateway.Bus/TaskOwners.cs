using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Gateway.Bus;

/// <summary>
/// The owner of a task, kept in the state store as <c>task:&lt;id&gt;</c>: assigned by a service, over HTTP or by a plain SET. Only the owner
/// may watch the task and report its progress.
/// </summary>
public sealed class TaskOwners(IStateStore store, IOptions<TaskOptions> options)
{
    /// <summary>Null: the task has no owner.</summary>
    public Task<string?> FindAsync(string task, CancellationToken cancellation) => store.GetAsync(Key(task), cancellation);

    /// <summary>The owner, after <paramref name="user"/> asked for a task without one: that user or none, depending on <see cref="TaskOptions.UnknownOwner"/>.</summary>
    public async ValueTask<string?> ClaimAsync(string task, string user, CancellationToken cancellation) => options.Value.UnknownOwner == UnknownOwner.First
        ? await store.GetOrSetAsync(Key(task), user, Ttl, cancellation)
        : await store.GetAsync(Key(task), cancellation);

    /// <summary>Replaces the owner and starts the time to live again.</summary>
    public Task AssignAsync(string task, string user, CancellationToken cancellation) => store.SetAsync(Key(task), user, Ttl, cancellation);

    private TimeSpan? Ttl => options.Value.OwnerKeptFor is var kept && kept == TimeSpan.Zero ? null : kept;

    private static string Key(string task) => "task:" + task;
}

/// <summary>Section <c>Tasks</c>: the owners of tasks.</summary>
public sealed class TaskOptions
{
    /// <summary>
    /// A task that no service has assigned to a user: <c>Refuse</c> (default): no user may watch or take it. <c>First</c>: it is bound to the first
    /// authenticated user who asks for it.
    /// </summary>
    public UnknownOwner UnknownOwner { get; set; } = UnknownOwner.Refuse;

    /// <summary>How long the owner of a task is remembered after it was assigned; 0 = for good. Default 7 days. Range 0–365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan OwnerKeptFor { get; set; } = TimeSpan.FromDays(7);
}

public enum UnknownOwner
{
    Refuse,
    First,
}
