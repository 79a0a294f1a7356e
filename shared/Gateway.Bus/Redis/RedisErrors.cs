using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>Turns exceptions into a reason for people, with the server's error text if there is one, without the arguments of commands.</summary>
internal static class RedisErrors
{
    private const int MaxLength = 200;

    public static string Text(ReadOnlySpan<byte> error) => Shorten(Encoding.UTF8.GetString(error));

    /// <summary>True if the server refuses the command itself: forbidden by its ACL, renamed or unknown.</summary>
    public static bool IsCommandRefused(string error) =>
        error.StartsWith("NOPERM", StringComparison.Ordinal) || error.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase);

    public static string Reason(Exception exception) => exception switch
    {
        RedisServerException or RedisRefusedException => Shorten(exception.Message),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "the server refused the password",
        RedisConnectionException => "not connected",
        // The inner message contains the cause; the outer one only that something failed.
        IOException { InnerException: SocketException inner } => Shorten(inner.Message),
        TimeoutException when exception is not RedisTimeoutException => Shorten(exception.Message),
        RedisTimeoutException or OperationCanceledException => "no response in time",
        _ => Shorten(exception.Message),
    };

    /// <summary>True for errors of networks and servers; any other exception on a connection's thread is a defect of this program.</summary>
    public static bool IsExpected(Exception exception) => exception
        is IOException or SocketException or ObjectDisposedException or TimeoutException or OperationCanceledException
        or AuthenticationException or InvalidDataException or RedisRefusedException;

    public static string Shorten(string text)
    {
        var line = text.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0) line = line[..end];
        // For a renamed AUTH the arguments are the password.
        end = line.IndexOf(", with args");
        if (end >= 0) line = line[..end];
        return line.Length <= MaxLength ? line.ToString() : $"{line[..MaxLength]}…";
    }
}

/// <summary>An error reply; the message is the server's text.</summary>
internal sealed class RedisRefusedException(string error) : Exception(error);
