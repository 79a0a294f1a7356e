namespace Gateway.Operations;

/// <summary>Since when this process serves.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public long Seconds => (long)time.GetElapsedTime(_started).TotalSeconds;
}
