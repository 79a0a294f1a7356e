using System.Net;
using System.Net.Sockets;
using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>Host names with several addresses.</summary>
internal sealed class RedisAddressTests
{
    private static readonly IPAddress Silent = IPAddress.Parse("127.0.0.2");

    private RedisServer _redis = null!;

    [SetUp]
    public async Task StartAsync() => _redis = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _redis.DisposeAsync();

    [Test]
    public async Task A_name_whose_first_address_is_silent_connects_to_the_next()
    {
        using var silence = new SilentListener(_redis.Port);
        await using var bus = await StartAsync(_ => [Silent, IPAddress.Loopback]);

        await bus.ConnectedAsync();
        Assert.That((await bus.Publisher.SendAsync(Target.All, "1")).Status, Is.EqualTo(PublishStatus.Accepted));
        await bus.Received.Until(1);
    }

    [Test]
    public async Task A_name_whose_address_changes_is_found_at_the_new_one()
    {
        await using var second = await RedisServer.StartAsync(null, "--bind", "127.0.0.3", "127.0.0.1");
        var port = _redis.Port;
        IPAddress[] addresses = [IPAddress.Loopback];
        using var relay = new TcpRelay(IPAddress.Parse("127.0.0.4"), port, second.Port);
        await using var bus = await StartAsync(_ => Volatile.Read(ref addresses));
        await bus.ConnectedAsync();

        Volatile.Write(ref addresses, [IPAddress.Parse("127.0.0.4")]);
        await _redis.KillAsync();

        await TestTimeout.Until(async () => (await bus.Publisher.SendAsync(Target.All, "1")).Status == PublishStatus.Accepted, "a publish at the new address");
        await TestTimeout.Until(() => bus.Received.Count > 0 || !bus.Health.Connected, "the message");
        await bus.ConnectedAsync();
    }

    [Test]
    public async Task A_name_without_an_IPv4_address_is_named()
    {
        await using var bus = await StartAsync(_ => [IPAddress.IPv6Loopback]);
        await TestTimeout.Until(() => bus.Health.Reason?.Contains("redis.example has no IPv4 address", StringComparison.Ordinal) is true, "the reason");
    }

    private Task<BusUnderTest> StartAsync(HostResolver resolver) =>
        BusUnderTest.OnRedisAsync(_redis, options => options.Host = "redis.example", services => services.AddSingleton(resolver));

    /// <summary>An address that accepts no connection and refuses none: its listener's queue is full.</summary>
    private sealed class SilentListener : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public SilentListener(int port)
        {
            var listener = NewSocket();
            listener.Bind(new IPEndPoint(Silent, port));
            listener.Listen(0);
            for (var i = 0; i < 4; i++)
            {
                using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = listener.LocalEndPoint };
                var socket = NewSocket();
                socket.Blocking = false;
                try
                {
                    socket.Connect(listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // It connects, or fills the queue.
                }
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private Socket NewSocket()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            return socket;
        }
    }
}
