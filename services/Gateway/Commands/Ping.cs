using Gateway.Connections;
using Gateway.Dialects;

namespace Gateway.Commands;

/// <summary>Contract C9: answered by <c>pong</c>, with or without a <c>ref</c>.</summary>
internal sealed class Ping : ClientCommand
{
    public override string Type => "ping";

    public override ValueTask<Reply> RunAsync(Connection connection, Command command, CancellationToken cancellation) => new(Reply.Pong);
}
