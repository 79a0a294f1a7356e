using System.ComponentModel.DataAnnotations;

namespace Gateway.Hosting.Limits;

/// <summary>Section <c>Limits</c>, for those who publish over HTTP.</summary>
public sealed class PublishLimitSettings
{
    /// <summary>Requests per second and caller that publish over HTTP, as many again in a burst; 0 = off. Default 0. Range 0–1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int PublishesPerSecond { get; set; }
}
