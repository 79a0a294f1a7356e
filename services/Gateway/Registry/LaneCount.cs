namespace Gateway.Registry;

/// <summary>How many fan-out loops share the connections out between them.</summary>
internal sealed record LaneCount(int Value);
