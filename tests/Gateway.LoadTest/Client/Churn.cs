using System.Diagnostics;

namespace Gateway.LoadTest.Client;

/// <summary>Ends connections by reset and opens them again, at a rate, one after another.</summary>
internal sealed class Churn(double perSecond)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _next;

    public int Done { get; private set; }

    public void Step(PollLoop loop)
    {
        var due = (int)(Stopwatch.GetElapsedTime(_started).TotalSeconds * perSecond);
        if (Done >= due) return;
        loop.Opening.StartNextGeneration(seconds: 30);
        for (; Done < due; Done++)
        {
            var connection = loop.Connections[_next++ % loop.Connections.Count];
            if (connection.IsOpening || connection.State == ClientState.Planned) continue;
            PollLoop.Abort(connection);
            connection.MidStream = true;
            loop.Opening.Again(connection);
        }
    }
}
