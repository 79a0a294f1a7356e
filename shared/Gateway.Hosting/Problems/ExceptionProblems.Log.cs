using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Problems;

internal sealed partial class ExceptionProblems
{
    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Unforeseen(ILogger logger, string method, string path, Exception exception);
    }
}
