using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Channels;
using Gateway.Bus.Redis.Subscribing;
using Gateway.Contracts;

namespace Gateway.Benchmarks;

/// <summary>What the subscription connection's reader does per message, without the kernel.</summary>
[MemoryDiagnoser]
public class SubscriptionBenchmarks
{
    private const int Messages = 100;

    private static readonly Target Room = Target.Room("chat:room001");

    private readonly SubscriptionSet _set = new(new ChannelMap(new RedisNames("gateway"), []));
    private readonly byte[] _received = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
        $"*3\r\n$7\r\nmessage\r\n$25\r\ngateway:room:chat:room001\r\n${Sample.Json.Length}\r\n{Encoding.UTF8.GetString(Sample.Json)}\r\n", Messages)));

    [GlobalSetup]
    public void Subscribe() => _ = _set.AddAsync(Room);

    /// <summary>Finds the message's channel; what remains is <see cref="CodecBenchmarks.Decode"/>.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public int ReadPush()
    {
        var found = 0;
        for (var at = 0; at < _received.Length;)
        {
            var push = new RespReader(_received.AsSpan(at), RespReader.MaxPayload).Read();
            if (_set.TryGet(push.Channel, out _)) found++;
            at += push.Length;
        }

        return found;
    }
}
