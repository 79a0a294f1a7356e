using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gateway.LoadTest.Measure;

/// <summary>
/// Asks a .NET process for a full collection, through the runtime's diagnostics port: the memory of an idle process should not
/// depend on the time of its last collection. An event session with the keyword GCHeapCollect does that.
/// </summary>
internal static class GarbageCollection
{
    private const int HeaderLength = 20;
    private const byte EventPipe = 2, CollectTracing = 2, StopTracing = 1;
    private const ulong HeapCollect = 0x800000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(1);

    /// <summary>False if the process is not a .NET process, or its diagnostics are off.</summary>
    public static async Task<bool> RequestAsync(int pid, CancellationToken cancellation)
    {
        var path = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-*-socket").FirstOrDefault();
        if (path is null) return false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        using var session = await SendAsync(path, CollectTracing, Request(), limit.Token);
        var response = new byte[HeaderLength + 8];
        await session.ReadExactlyAsync(response, limit.Token);
        var drained = session.CopyToAsync(Stream.Null, limit.Token);
        await Task.Delay(Session, limit.Token);
        using var stop = await SendAsync(path, StopTracing, response.AsMemory(HeaderLength), limit.Token);
        await drained;
        return true;
    }

    private static async Task<NetworkStream> SendAsync(string path, byte command, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        var message = new byte[HeaderLength + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        (message[16], message[17]) = (EventPipe, command);
        payload.CopyTo(message.AsMemory(HeaderLength));
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(message, cancellation);
        return stream;
    }

    // Buffer size in MB, format, one provider: keywords, level, name, no filter.
    private static byte[] Request()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(16u);
        writer.Write(1u);
        writer.Write(1u);
        writer.Write(HeapCollect);
        writer.Write(4u);
        const string Provider = "Microsoft-Windows-DotNETRuntime\0";
        writer.Write((uint)Provider.Length);
        writer.Write(Encoding.Unicode.GetBytes(Provider));
        writer.Write(0u);
        return bytes.ToArray();
    }
}
