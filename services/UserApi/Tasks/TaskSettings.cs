using System.ComponentModel.DataAnnotations;

namespace UserApi.Tasks;

/// <summary>Section <c>Tasks</c>, which the gateway reads too.</summary>
internal sealed class TaskSettings
{
    /// <summary>How long a task's owner is remembered after the task has ended; 0 = for good. Default 1 day. Range 0–365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan OwnerKeptFor { get; set; } = TimeSpan.FromDays(1);
}
