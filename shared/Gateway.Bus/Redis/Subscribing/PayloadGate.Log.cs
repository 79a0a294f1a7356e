using Microsoft.Extensions.Logging;

namespace Gateway.Bus.Redis.Subscribing;

internal sealed partial class PayloadGate
{
    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "A payload on a channel of kind {Kind} was passed over: {Error} ({Count} since the last such line)")]
        public static partial void Undecodable(ILogger logger, string kind, string error, int count);
    }
}
