namespace Gateway.Commands;

internal sealed partial class CommandDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Error, "Command {Type} of connection {ConnectionId} failed")]
        public static partial void CommandFailed(ILogger logger, string type, string connectionId, Exception exception);
    }
}
