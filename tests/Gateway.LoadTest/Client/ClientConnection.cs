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

/// <summary>One connection: a descriptor and its state. Used by its loop only.</summary>
internal sealed class ClientConnection(int slot, int index, uint[] keys)
{
    public int Slot { get; } = slot;

    public int Index { get; } = index;

    public uint[] Keys { get; } = keys;

    public SequenceTrack[] Tracks { get; } = new SequenceTrack[keys.Length];

    public int Fd { get; set; } = -1;

    public ClientState State { get; set; }

    /// <summary>Responses to joins that are still outstanding.</summary>
    public int Awaiting { get; set; }

    /// <summary>Its messages are timed.</summary>
    public bool Sampled { get; set; }

    /// <summary>It stopped reading by order.</summary>
    public bool Stalled { get; set; }

    /// <summary>It joined while messages were published: its sequence begins with the first one it receives.</summary>
    public bool MidStream { get; set; }

    /// <summary>The beginning of a frame that is not complete yet.</summary>
    public byte[] Carry { get; set; } = [];

    /// <summary>The parts of a fragmented message so far.</summary>
    public List<byte>? Fragments { get; set; }

    /// <summary>The position of the marker in the last message: mostly it is the same in the next.</summary>
    public int MarkerAt { get; set; }

    public bool IsOpening => State is ClientState.Connecting or ClientState.Upgrading or ClientState.Joining;

    public int TrackOf(uint key) => Keys.Length == 1 ? Keys[0] == key ? 0 : -1 : Array.IndexOf(Keys, key);
}
