namespace Gateway.Connections;

/// <summary>What may wait for one connection; a single frame always fits an empty queue.</summary>
internal sealed record QueueLimits(int Bytes, int Frames);
