namespace Gateway.Operations;

internal sealed partial class Drain
{
    private static partial class Log
    {
        [LoggerMessage(3200, LogLevel.Information, "Draining {Connections} connections over {Budget}")]
        public static partial void Begun(ILogger logger, int connections, TimeSpan budget);

        [LoggerMessage(3201, LogLevel.Information, "Drained; {Left} connections were dropped")]
        public static partial void Ended(ILogger logger, int left);
    }
}
