using Microsoft.Extensions.Logging;

namespace Gateway.Hosting;

internal sealed partial class SingleInstanceWarning
{
    private static partial class Log
    {
        [LoggerMessage(1020, LogLevel.Warning, "No REDIS_HOST: single-instance mode, messages stay in this process and are lost when it ends")]
        public static partial void SingleInstance(ILogger logger);
    }
}
