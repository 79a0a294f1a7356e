using Gateway.Connections;
using Gateway.Dialects.Native;
using Gateway.Hosting.Identity;
using Gateway.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Gateway.Benchmarks;

/// <summary>A connection whose kernel takes everything at once.</summary>
internal static class Receiver
{
    private static readonly HeartbeatWheel Wheel = new(Options.Create(new HeartbeatOptions()), Options.Create(new ConnectionOptions()), TimeProvider.System);

    public static Connection Create(int worker)
    {
        var caller = new Caller { UserId = "u", UserName = "u", ExpiresAt = DateTimeOffset.MaxValue };
        var queue = new OutboundQueue(new Sink(), new QueueLimits(1 << 20, 4096), _ => throw new InvalidOperationException());
        queue.Open(Frame.Text("{}"u8));
        return new Connection(Guid.NewGuid(), caller, new NativeDialect(), queue, new Liveness(Wheel), new DefaultConnectionContext()) { Worker = worker };
    }

    private sealed class Sink : SocketOutput
    {
        public override int TrySend(ReadOnlySpan<byte> bytes) => bytes.Length;

        public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => new(true);

        public override void ShutdownSend()
        {
        }
    }
}
