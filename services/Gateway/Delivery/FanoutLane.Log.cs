namespace Gateway.Delivery;

internal sealed partial class FanoutLane
{
    private static partial class Log
    {
        [LoggerMessage(3300, LogLevel.Error, "Messages of one target could not be written to its receivers; the other targets' were")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
