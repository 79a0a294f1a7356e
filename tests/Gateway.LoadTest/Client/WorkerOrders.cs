namespace Gateway.LoadTest.Client;

/// <summary>What each order means for one loop; runs on its thread.</summary>
internal static class WorkerOrders
{
    public static Reply Open(PollLoop loop, OpenPlan plan, int number, int loops)
    {
        Close(loop);
        for (var i = number; i < plan.Count; i += loops)
        {
            var index = plan.First + i;
            loop.Connections.Add(new ClientConnection(loop.Connections.Count, index, plan.KeysOf(index)));
        }

        loop.Opening.Start(plan, loop.Connections);
        return new Reply();
    }

    public static Reply StartPhase(PollLoop loop, Order order)
    {
        loop.Receiver.StartPhase(order.Phase);
        loop.Ends.Clear();
        foreach (var connection in loop.Connections)
        {
            // By its place in the loop: index and loop number may have a divisor in common.
            connection.Sampled = connection.Slot % order.Every == 0;
            connection.MidStream = false;
            Array.Clear(connection.Tracks);
        }

        loop.Gather(order.GatherMs);
        return new Reply();
    }

    public static Reply Report(PollLoop loop, long published, long keys)
    {
        var counters = loop.Receiver.Counters;
        return new Reply
        {
            Live = loop.Connections.Count(c => c.State == ClientState.Live),
            Messages = counters.Messages,
            Missing = counters.Missing + loop.Connections.Sum(c => MissingAtTheEnd(c, published, keys)),
            Doubled = counters.Doubled,
            Disordered = counters.Disordered,
            Misdirected = counters.Misdirected,
            Churned = loop.Churn?.Done ?? 0,
            Seconds = loop.StalledFor.TotalSeconds,
            Latency = loop.Receiver.Latency.ToPairs(),
            Reasons = loop.Ends.ToDictionary(),
        };
    }

    public static Reply SetChurn(PollLoop loop, double perSecond)
    {
        var done = loop.Churn?.Done ?? 0;
        loop.Churn = perSecond > 0 ? new Churn(perSecond) : null;
        return new Reply { Churned = done };
    }

    public static Reply Close(PollLoop loop)
    {
        loop.Churn = null;
        foreach (var connection in loop.Connections) PollLoop.Abort(connection);
        loop.Connections.Clear();
        loop.Gather(0);
        return new Reply();
    }

    // Messages go to the keys in turn. One that stalls, or came in between, is owed nothing it has not begun.
    private static long MissingAtTheEnd(ClientConnection connection, long published, long keys)
    {
        if (connection.Stalled || connection.State != ClientState.Live && connection.MidStream) return 0;
        long missing = 0;
        for (var i = 0; i < connection.Keys.Length; i++)
        {
            var last = connection.Tracks[i].Last;
            if (connection.MidStream && last == 0) continue;
            missing += Math.Max(0, published / keys + (connection.Keys[i] < published % keys ? 1 : 0) - last);
        }

        return missing;
    }
}
