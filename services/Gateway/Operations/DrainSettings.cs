using System.ComponentModel.DataAnnotations;

namespace Gateway.Operations;

/// <summary>How a pod that was told to stop (SIGTERM) says goodbye.</summary>
internal sealed class DrainSettings
{
    /// <summary>Over how long the closes are spread, so that the clients do not come back all at once. 0–10 min; default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromSeconds(15);
}
