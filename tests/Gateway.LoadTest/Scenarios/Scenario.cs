using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Scenarios;

/// <summary>One measurement of a server. Its time is bounded by its load and by the timeouts of the bench.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    /// <summary>What it asks for unless the command line says otherwise.</summary>
    public abstract Load Defaults { get; }

    /// <summary>It can only be asked of a server that has just been started.</summary>
    public virtual bool NeedsFreshServer => false;

    public virtual bool Suits(ServerUnderTest server) => true;

    public abstract Task<IReadOnlyList<Row>> RunAsync(Bench bench, ServerUnderTest server, Load load, CancellationToken cancellation);
}

/// <summary>The load of a scenario.</summary>
internal sealed record Load(int Connections, double Rate, int Seconds, int Size);
