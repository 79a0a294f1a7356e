namespace Gateway.Contracts;

/// <summary>Publishers send seconds or milliseconds; below 10¹¹ it is seconds (10¹¹ s is the year 5138).</summary>
public static class UnixTime
{
    private const double FirstMilliseconds = 1e11;
    private const double Last = 253_402_300_799_999;

    /// <summary>Milliseconds for a timestamp in either unit; null outside the years 1970–9999.</summary>
    public static long? ToMilliseconds(double timestamp)
    {
        var ms = Math.Abs(timestamp) < FirstMilliseconds ? timestamp * 1000 : timestamp;
        return ms is >= 0 and <= Last ? (long)ms : null;
    }
}
