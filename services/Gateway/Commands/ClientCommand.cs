using Gateway.Connections;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>One thing a client may ask for.</summary>
internal abstract class ClientCommand
{
    /// <summary>The <c>type</c> it answers to.</summary>
    public abstract string Type { get; }

    public abstract ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation);
}
