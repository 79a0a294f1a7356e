using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Client;

/// <summary>
/// The system calls of a client connection. Called directly, because the load must cost less than
/// what it measures: one recv and a share of one epoll_wait per message, no task, no callback.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int StreamNonBlocking = 0x1 | 0x800 | 0x80000; // SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    internal const int InProgress = 115;
    internal const int WouldBlock = 11;
    internal const uint ReadableAnew = 0x1 | PeerClosed | 1u << 31; // EPOLLIN, EPOLLRDHUP, EPOLLET
    internal const uint Writable = 0x4;
    internal const uint Broken = 0x8 | 0x10;
    internal const uint PeerClosed = 0x2000;
    internal const uint PeerClosedAnew = PeerClosed | 1u << 31;

    private const int Internet = 2;
    private const int SocketLevel = 1;
    private const int Tcp = 6;

    /// <summary>A socket bound to its source address; the port is chosen at connect, so that every pair can have its own.</summary>
    internal static int NewSocket(uint source)
    {
        var fd = socket(Internet, StreamNonBlocking, 0);
        if (fd < 0) return fd;
        Set(fd, Tcp, 1, 1);                   // TCP_NODELAY
        if (source == 0) return fd;
        Set(fd, 0, 24, 1);                    // IP_BIND_ADDRESS_NO_PORT
        Span<byte> address = stackalloc byte[16];
        WriteAddress(address, source, 0);
        fixed (byte* a = address)
            if (bind(fd, a, 16) != 0) return Abort(fd);
        return fd;
    }

    internal static int Connect(int fd, uint host, ushort port)
    {
        Span<byte> address = stackalloc byte[16];
        WriteAddress(address, host, port);
        fixed (byte* a = address)
            return connect(fd, a, 16) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    internal static int PendingError(int fd)
    {
        int error = 0, length = sizeof(int);
        return getsockopt(fd, SocketLevel, 4, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError(); // SO_ERROR
    }

    /// <summary>Closes with a reset: no TIME_WAIT, so that churn never runs out of ports.</summary>
    internal static int Abort(int fd)
    {
        var linger = stackalloc int[2] { 1, 0 };
        _ = setsockopt(fd, SocketLevel, 13, linger, 8);
        _ = close(fd);
        return -1;
    }

    internal static nint Receive(int fd, byte* buffer, nint length) => recv(fd, buffer, length, 0);

    /// <summary>Returns the number of bytes the kernel accepted; −1: none, and the last error is the reason.</summary>
    internal static nint Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* b = bytes) return send(fd, b, bytes.Length, 0x4000); // MSG_NOSIGNAL
    }

    /// <summary>Sleeps for this time and about 50 µs more, the kernel's timer slack.</summary>
    internal static void Pause(int microseconds) => _ = usleep((uint)microseconds);

    /// <summary>Acknowledge with delay: an acknowledgement for every small message would cost as much as reading it.</summary>
    internal static void DelayAcknowledgements(int fd) => Set(fd, Tcp, 12, 0);

    private static void Set(int fd, int level, int option, int value) => _ = setsockopt(fd, level, option, &value, sizeof(int));

    private static void WriteAddress(Span<byte> address, uint host, ushort port)
    {
        address.Clear();
        address[0] = Internet;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(address[2..], port);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(address[4..], host);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int option, int* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, int* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int usleep(uint microseconds);

    [LibraryImport("libc")]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, byte* interest);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(int epoll, byte* events, int capacity, int timeoutMs);
}
