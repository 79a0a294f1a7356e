using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Client;

/// <summary>Bytes → frames → markers → counters. Parses no JSON and copies only fragmented messages.</summary>
internal sealed class Receiver(Action<ClientConnection, Frame, byte[]> control)
{
    private uint _tag = Marker.Tag(0);

    public Counters Counters { get; } = new();

    public LatencyHistogram Latency { get; } = new();

    public void StartPhase(byte phase)
    {
        _tag = Marker.Tag(phase);
        Counters.Clear();
        Latency.Clear();
    }

    /// <summary>Takes all complete frames; returns their length in bytes.</summary>
    public int Take(ClientConnection connection, ReadOnlySpan<byte> bytes)
    {
        var now = connection.Sampled ? Stopwatch.GetTimestamp() : 0;
        var taken = 0;
        while (Frame.TryRead(bytes[taken..], out var frame) && frame.Length <= bytes.Length - taken)
        {
            var payload = bytes.Slice(taken + frame.HeaderLength, (int)frame.PayloadLength);
            taken += (int)frame.Length;
            if (frame.Opcode <= Frame.Binary && frame.Final && connection.Fragments is null) TakeMessage(connection, frame, payload, now);
            else TakeOther(connection, frame, payload, now);
            if (connection.State == ClientState.Closed) break;
        }

        return taken;
    }

    private void TakeMessage(ClientConnection connection, Frame frame, ReadOnlySpan<byte> payload, long now)
    {
        if (connection.State == ClientState.Joining) control(connection, frame, payload.ToArray());
        var at = Find(connection, payload);
        if (at >= 0) connection.MarkerAt = at;
        // One frame may hold several messages (SignalR): continue after each.
        while (at >= 0 && payload.Length - at >= Marker.Length)
        {
            payload = payload[at..];
            TakeMarker(connection, payload, now);
            payload = payload[Marker.Length..];
            at = payload.IndexOf(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in _tag)));
        }
    }

    private int Find(ClientConnection connection, ReadOnlySpan<byte> payload)
    {
        var at = connection.MarkerAt;
        return payload.Length - at >= Marker.Length && BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]) == _tag
            ? at
            : payload.IndexOf(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in _tag)));
    }

    private void TakeMarker(ClientConnection connection, ReadOnlySpan<byte> bytes, long now)
    {
        var marker = Marker.Read(bytes);
        var i = connection.TrackOf(marker.Key);
        if (i < 0)
        {
            Counters.Misdirected++;
            return;
        }

        ref var track = ref connection.Tracks[i];
        if (connection.MidStream && track.Last == 0) track.StartAt(marker.Sequence - 1);
        Counters.Count(track.Take(marker.Sequence, out var missing), missing);
        if (now != 0) Latency.Record((now - Marker.ReadTime(bytes)) / 1000);
    }

    private void TakeOther(ClientConnection connection, Frame frame, ReadOnlySpan<byte> payload, long now)
    {
        if (frame.Opcode > Frame.Binary)
        {
            control(connection, frame, payload.ToArray());
            return;
        }

        var parts = connection.Fragments ??= [];
        parts.AddRange(payload);
        if (!frame.Final) return;
        connection.Fragments = null;
        TakeMessage(connection, frame with { Opcode = Frame.Text }, CollectionsMarshal.AsSpan(parts), now);
    }
}
