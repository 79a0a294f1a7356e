using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis.Subscribing;

internal sealed partial class RedisSubscriber
{
    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Subscribed at Redis {Endpoint}: {Channels} channels confirmed after {Milliseconds:0} ms")]
        public static partial void Subscribed(ILogger logger, string endpoint, int channels, double milliseconds);

        [LoggerMessage(2001, LogLevel.Warning, "No subscription connection to Redis {Endpoint}: {Reason}. It is tried again until it stands; messages without history are lost meanwhile")]
        public static partial void Lost(ILogger logger, string endpoint, string reason);

        [LoggerMessage(2002, LogLevel.Error, "The subscription connection ended by a fault in this program; it is made anew")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
