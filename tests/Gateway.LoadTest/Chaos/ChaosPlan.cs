namespace Gateway.LoadTest.Chaos;

/// <summary>What a chaos run does.</summary>
internal sealed record ChaosPlan
{
    public int Gateways { get; init; } = 3;

    public int Clients { get; init; } = 300;

    public int Rooms { get; init; } = 100;

    /// <summary>Rooms that each client is in.</summary>
    public int RoomsPerClient { get; init; } = 3;

    /// <summary>Messages a second, over all rooms.</summary>
    public double Rate { get; init; } = 1000;

    public int Seconds { get; init; } = 60;

    /// <summary>How often the fault happens, evenly over the run.</summary>
    public int Times { get; init; } = 3;

    /// <summary>False: plain pub/sub, for comparison.</summary>
    public bool History { get; init; } = true;

    /// <summary><c>appendfsync</c> of redis-server: always, everysec, or no for no append-only file.</summary>
    public string Persistence { get; init; } = "always";

    /// <summary>The rooms of a client: the same in every process that asks.</summary>
    public IEnumerable<int> RoomsOf(int client) => Enumerable.Range(0, RoomsPerClient).Select(i => ((client * RoomsPerClient) + i) % Rooms);

    public static string NameOf(int room) => $"chaos-{room}";
}

/// <summary>The deliveries of a run, over all clients.</summary>
/// <param name="Expected">Acknowledged messages times the clients in their rooms.</param>
/// <param name="Lost">Neither received nor told.</param>
/// <param name="Told">Not received, but the client got a <c>gap</c> or <c>recovered:false</c>.</param>
/// <param name="Doubled">Received a second time.</param>
/// <param name="Disordered">Received after a later one.</param>
/// <param name="Reconnects">Connections that were opened again.</param>
/// <param name="Drained">Connections that ended with 1001 after a <c>drain</c> frame.</param>
/// <param name="Cut">Connections that ended without a close frame.</param>
internal sealed record ChaosResult(long Expected, long Lost, long Told, long Doubled, long Disordered, long Reconnects, long Drained, long Cut)
{
    public bool IsClean => Lost == 0 && Doubled == 0 && Disordered == 0;

    public override string ToString() =>
        $"{Lost} lost, {Doubled} doubled, {Disordered} out of order, {Told} told of {Expected} deliveries; {Reconnects} reconnects, {Drained} drained, {Cut} cut";
}
