using BenchmarkDotNet.Attributes;
using Gateway.Connections;
using Gateway.Dialects.Native;
using Gateway.WebSockets;

namespace Gateway.Benchmarks;

/// <summary>What one receiver costs without the kernel: an output that takes everything, or nothing.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private readonly Connection _receiver = Receiver.Create(worker: 0);
    private readonly Frame _frame = new NativeDialect().Render(Sample.Message());
    private readonly FrameBatch _batch = new();

    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < 16; i++) _batch.Add(_frame);
        _batch.Join();
    }

    [Benchmark]
    public void SendOneFrame() => _receiver.Send(_frame);

    [Benchmark]
    public void SendSixteenJoined() => _receiver.Send(_batch);

    /// <summary>A slow receiver's queue: every frame waits and is taken again, sixteen at a time.</summary>
    [Benchmark(OperationsPerInvoke = 16)]
    public int WaitAndTake()
    {
        _waiting.TryAddAll(_frame, 16);
        _taken.Clear();
        _waiting.Frames.Take(64 * 1024, _ => throw new InvalidOperationException(), _taken);
        return _taken.Count;
    }

    private readonly List<Frame> _taken = [];
    private readonly Waiting _waiting = new();

    private sealed class Waiting
    {
        public WaitingFrames Frames { get; } = new(new QueueLimits(1 << 20, 4096));

        public void TryAddAll(Frame frame, int count)
        {
            for (var i = 0; i < count; i++) Frames.TryAdd(frame, OverflowPolicy.Close);
        }
    }
}
