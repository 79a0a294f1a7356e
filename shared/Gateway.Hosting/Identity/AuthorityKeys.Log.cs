using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Identity;

internal sealed partial class AuthorityKeys
{
    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Information, "Took {Count} signing keys from {Authority}")]
        public static partial void Fetched(ILogger logger, int count, string authority);

        [LoggerMessage(1001, LogLevel.Warning, "The signing keys of {Authority} could not be fetched, known ones stay in use: {Reason}")]
        public static partial void NotFetched(ILogger logger, string authority, string reason);

        [LoggerMessage(1002, LogLevel.Warning, "A signing key of {Authority} is not used: {Reason}")]
        public static partial void KeyRefused(ILogger logger, string authority, string reason);
    }
}
