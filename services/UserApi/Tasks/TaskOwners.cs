using System.ComponentModel.DataAnnotations;
using Gateway.Bus;
using Microsoft.Extensions.Options;

namespace UserApi.Tasks;

/// <summary>Whose a task is: the gateways let nobody else watch it.</summary>
internal sealed class TaskOwners(IStateStore store, IOptions<TaskOptions> settings)
{
    public Task<string?> OfAsync(string task, CancellationToken cancellation) => store.GetAsync(Key(task), cancellation);

    /// <summary>For a task that is nobody's yet; the answer is whose it is afterwards.</summary>
    public Task<string> ClaimAsync(string task, string user, CancellationToken cancellation) =>
        store.GetOrSetAsync(Key(task), user, ttl: null, cancellation);

    /// <summary>Whoever it belonged to.</summary>
    public Task GiveAsync(string task, string user, CancellationToken cancellation) => store.SetAsync(Key(task), user, ttl: null, cancellation);

    /// <summary>The task has ended: those who come late may still look, for a while.</summary>
    public Task EndAsync(string task, string user, CancellationToken cancellation) =>
        settings.Value.OwnerKeptFor is var kept && kept == TimeSpan.Zero ? Task.CompletedTask : store.SetAsync(Key(task), user, kept, cancellation);

    private static string Key(string task) => "task:" + task;
}

/// <summary>Section <c>Tasks</c>, which the gateway reads too.</summary>
internal sealed class TaskOptions
{
    /// <summary>How long a task's owner is remembered after the task has ended; 0 = for good. Default 1 day. Range 0–365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan OwnerKeptFor { get; set; } = TimeSpan.FromDays(1);
}
