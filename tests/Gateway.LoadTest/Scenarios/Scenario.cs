using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>One measurement of a server. Its time is bounded by its load and by the timeouts of the bench.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    /// <summary>The default load; the command line overrides it.</summary>
    public abstract Load Defaults { get; }

    /// <summary>It needs a server that was just started.</summary>
    public virtual bool NeedsFreshServer => false;

    public virtual bool Suits(ServerUnderTest server) => true;

    public abstract Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation);
}

/// <summary>The load of a scenario.</summary>
internal sealed record Load(int Connections, double Rate, int Seconds, int Size);
