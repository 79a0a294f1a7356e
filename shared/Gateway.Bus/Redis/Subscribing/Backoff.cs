namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Waits that double, each with a random part so that pods do not come back in step. The first is at most 50 ms.</summary>
internal sealed class Backoff(TimeSpan longest)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    private TimeSpan _next = First;

    public void Reset() => _next = First;

    public TimeSpan Next()
    {
        var wait = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < longest ? _next * 2 : longest;
        return wait;
    }
}
