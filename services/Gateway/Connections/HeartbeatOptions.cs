using System.ComponentModel.DataAnnotations;

namespace Gateway.Connections;

/// <summary>How a connection shows that it lives.</summary>
internal sealed class HeartbeatOptions
{
    /// <summary>
    /// A connection that was silent this long gets a ping (RFC 6455 section 5.5.2). 1 s–1 h; default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection without any inbound frame for this long is closed with 4408. 0 = two intervals. 0–2 h; default 0.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "02:00:00")]
    public TimeSpan Timeout { get; set; }

    internal TimeSpan EffectiveTimeout => Timeout > TimeSpan.Zero ? Timeout : Interval * 2;
}
