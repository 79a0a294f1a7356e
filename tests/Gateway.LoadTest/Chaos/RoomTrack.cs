namespace Gateway.LoadTest.Chaos;

/// <summary>The messages of one room at one client: numbered 1, 2, 3… by the publisher, each of them expected once.</summary>
internal sealed class RoomTrack
{
    private readonly HashSet<long> _missing = [];
    private long _last;
    private bool _isTold;

    /// <summary>The last place that the gateway has named, as <c>epoch.offset</c>.</summary>
    public string? Place { get; set; }

    public long Told { get; private set; }

    public long Doubled { get; private set; }

    public long Disordered { get; private set; }

    public long Lost => _missing.Count;

    public bool Has(long number) => _last >= number || _isTold;

    public void Receive(long number)
    {
        if (number <= _last)
        {
            if (_missing.Remove(number)) Disordered++;
            else Doubled++;
            return;
        }

        Skip(number);
        _last = number;
    }

    /// <summary>The gateway said that messages are missing.</summary>
    public void Tell() => _isTold = true;

    /// <summary>At the end: what did not come.</summary>
    public void End(long published) => Skip(published + 1);

    private void Skip(long number)
    {
        var skipped = number - _last - 1;
        if (_isTold) Told += skipped;
        else for (var missing = _last + 1; missing < number; missing++) _missing.Add(missing);
        _isTold = false;
    }
}
