using System.Net;

namespace Gateway.Sockets;

internal sealed partial class Handshake
{
    private static partial class Log
    {
        [LoggerMessage(3000, LogLevel.Information, "Connected {ConnectionId}, user agent {UserAgent}, from {RemoteAddress}")]
        public static partial void Connected(ILogger logger, string connectionId, string userAgent, IPAddress? remoteAddress);

        [LoggerMessage(3001, LogLevel.Debug, "Handshake refused with {Status}: {Reason}, from {RemoteAddress}")]
        public static partial void Refused(ILogger logger, int status, string reason, IPAddress? remoteAddress);
    }
}
