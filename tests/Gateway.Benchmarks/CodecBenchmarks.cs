using BenchmarkDotNet.Attributes;
using Gateway.Contracts;
using Gateway.Dialects.Native;

namespace Gateway.Benchmarks;

/// <summary>What one message costs a pod, however many receive it.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private static readonly Target Room = Target.Room("chat:room001");

    private readonly NativeDialect _dialect = new();
    private readonly Message _message = Sample.Message();

    [Benchmark]
    public bool Decode() => MessageReader.TryRead(Sample.Json, Room, DateTimeOffset.UnixEpoch, null, out _, out _);

    [Benchmark]
    public byte[] Encode() => MessageWriter.ToBytes(_message);

    [Benchmark]
    public int RenderAndFrame() => _dialect.Render(_message).Bytes.Length;
}
