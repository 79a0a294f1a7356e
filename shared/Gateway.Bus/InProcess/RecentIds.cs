using Gateway.Contracts;

namespace Gateway.Bus.InProcess;

/// <summary>Ids of the last minutes, oldest first, so that forgetting them costs what remembering them did. Not thread-safe.</summary>
internal sealed class RecentIds(TimeProvider time, TimeSpan kept)
{
    private readonly HashSet<(Target Target, string Id)> _ids = [];
    private readonly Queue<(long At, (Target Target, string Id) Key)> _byAge = new();

    /// <summary>False when the id was there already.</summary>
    public bool Add((Target Target, string Id) key)
    {
        var now = time.GetTimestamp();
        while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) > kept) _ids.Remove(_byAge.Dequeue().Key);
        if (!_ids.Add(key)) return false;
        _byAge.Enqueue((now, key));
        return true;
    }
}
