using System.Collections.Concurrent;

namespace Gateway.LoadTest.Servers.Plain;

internal sealed class PlainRooms
{
    private readonly ConcurrentDictionary<string, Room> _rooms = new();

    public PlainConnection[] MembersOf(string target) => _rooms.TryGetValue(target, out var room) ? room.Snapshot() : [];

    public void Join(string target, PlainConnection connection) => _rooms.GetOrAdd(target, _ => new Room()).Change(m => m.Add(connection));

    public void Leave(string target, PlainConnection connection) => _rooms[target].Change(m => m.Remove(connection));

    private sealed class Room
    {
        private readonly HashSet<PlainConnection> _members = [];
        private volatile PlainConnection[]? _snapshot;

        public void Change(Func<HashSet<PlainConnection>, bool> change)
        {
            lock (_members)
            {
                change(_members);
                _snapshot = null;
            }
        }

        public PlainConnection[] Snapshot()
        {
            if (_snapshot is { } members) return members;
            lock (_members) return _snapshot = [.. _members];
        }
    }
}
