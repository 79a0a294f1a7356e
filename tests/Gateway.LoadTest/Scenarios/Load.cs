namespace Gateway.LoadTest.Scenarios;

/// <summary>How much of what.</summary>
internal sealed record Load(int Connections, double Rate, int Seconds, int Size);
