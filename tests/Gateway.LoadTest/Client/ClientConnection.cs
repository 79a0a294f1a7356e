using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Client;

internal enum ClientState : byte
{
    Planned,
    Connecting,
    Upgrading,
    Joining,
    Live,
    Closed,
}

/// <summary>One connection: a descriptor and what is known of it. Touched by its loop alone.</summary>
internal sealed class ClientConnection(int slot, int index, uint[] keys)
{
    public int Slot { get; } = slot;

    public int Index { get; } = index;

    public uint[] Keys { get; } = keys;

    public SequenceTrack[] Tracks { get; } = new SequenceTrack[keys.Length];

    public int Fd { get; set; } = -1;

    public ClientState State { get; set; }

    /// <summary>Answers to joins that have yet to come.</summary>
    public int Awaiting { get; set; }

    /// <summary>Its messages are timed.</summary>
    public bool Sampled { get; set; }

    /// <summary>It has stopped reading on purpose.</summary>
    public bool Stalled { get; set; }

    /// <summary>It joined while messages flowed: the first one it sees is where it begins.</summary>
    public bool MidStream { get; set; }

    /// <summary>The beginning of a frame whose rest has yet to come.</summary>
    public byte[] Carry { get; set; } = [];

    /// <summary>The parts of a fragmented message so far.</summary>
    public List<byte>? Fragments { get; set; }

    /// <summary>Where the marker stood in the last message: it mostly stands there again.</summary>
    public int MarkerAt { get; set; }

    public bool IsOpening => State is ClientState.Connecting or ClientState.Upgrading or ClientState.Joining;

    public int TrackOf(uint key) => Keys.Length == 1 ? Keys[0] == key ? 0 : -1 : Array.IndexOf(Keys, key);
}
