using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis;

internal sealed partial class RedisConnection
{
    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Information, "Connected to Redis {Endpoint} for publishing")]
        public static partial void Connected(ILogger logger, string endpoint);

        [LoggerMessage(2021, LogLevel.Warning, "No connection to Redis {Endpoint} for publishing: {Reason}. Publishers are refused until it stands again")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);
    }
}
