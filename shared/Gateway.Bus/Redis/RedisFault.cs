using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>Exceptions → a reason for people, in the server's words where it gave any. Redis repeats no secret in its errors.</summary>
internal static class RedisFault
{
    private const int MaxLength = 200;

    public static RedisRefusedException Refused(ReadOnlySpan<byte> words) => new(Shorten(Encoding.UTF8.GetString(words)));

    public static string Reason(Exception exception) => exception switch
    {
        RedisServerException or RedisRefusedException => Shorten(exception.Message),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "the server refused the password",
        RedisConnectionException => "not connected",
        // The socket's words say what happened; the wrapper's only that something did.
        IOException { InnerException: SocketException inner } => Shorten(inner.Message),
        TimeoutException when exception is not RedisTimeoutException => Shorten(exception.Message),
        RedisTimeoutException or OperationCanceledException => "no answer in time",
        _ => Shorten(exception.Message),
    };

    /// <summary>True for what networks and servers do; anything else on a connection's thread is a fault of this program.</summary>
    public static bool IsOrdinary(Exception exception) => exception
        is IOException or SocketException or ObjectDisposedException or TimeoutException or OperationCanceledException
        or AuthenticationException or InvalidDataException or RedisRefusedException;

    private static string Shorten(string text)
    {
        var line = text.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0) line = line[..end];
        return line.Length <= MaxLength ? line.ToString() : $"{line[..MaxLength]}…";
    }
}
