namespace Gateway.LoadTest.Scenarios;

/// <summary>All scenarios, in the order of the table.</summary>
internal static class AllScenarios
{
    public static readonly IReadOnlyList<Scenario> List =
    [
        new RoomScenario("fanout", "CPU of a delivery: everyone in one room, 100 messages a second", new Load(1000, 100, 10, 200)),
        new RoomScenario("saturate", "deliveries a second when more is offered than can be sent one by one", new Load(1000, 8000, 5, 200)),
        new RoomScenario("latency", "from publish to receive, 20 messages a second", new Load(1000, 20, 15, 200)),
        new IdleScenario(),
        new HandshakeScenario(),
        new ManyRoomsScenario(),
        new UsersScenario(),
        new MixedScenario(),
        new GrowthScenario(),
        new SlowScenario(),
        new SoakScenario(),
    ];

    /// <summary>Those of the README's table: all but the two that take minutes.</summary>
    public static IEnumerable<Scenario> Table => List.Where(s => s is not SlowScenario and not SoakScenario);
}
