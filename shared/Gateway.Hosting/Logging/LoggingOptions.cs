namespace Gateway.Hosting.Logging;

/// <summary>Section <c>Logging</c>, beside the framework's own <c>LogLevel</c>.</summary>
public sealed class LoggingOptions
{
    /// <summary>One JSON object per line instead of text. Default false.</summary>
    public bool Json { get; set; }
}
