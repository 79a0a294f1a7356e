namespace Gateway.Bus;

/// <summary>Delays between attempts: none before the first, then doubling, each with a random part so that pods do not repeat in step.</summary>
internal sealed class Backoff(TimeSpan longest)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    private TimeSpan _next;

    public void Reset() => _next = TimeSpan.Zero;

    public TimeSpan Next()
    {
        var delay = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next == TimeSpan.Zero ? First : _next * 2 < longest ? _next * 2 : longest;
        return delay;
    }
}
