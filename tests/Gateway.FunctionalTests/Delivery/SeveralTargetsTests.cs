using AdminApi;
using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Delivery;

/// <summary>A message for several targets reaches a connection that is in several of them once, through real Redis and sockets.</summary>
internal sealed class SeveralTargetsTests
{
    private const int Connections = 150;
    private const int Messages = 300;

    private static readonly Target[] Targets = [Target.Room("a"), Target.Room("b")];

    private RedisServer _redis = null!;
    private ApiHost _admin = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _redis = await RedisServer.StartAsync();
        _admin = await ApiHost.StartAsync(AdminApiApp.Create, _redis.Settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _admin.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [TestCase("none")]
    [TestCase("a")]
    [TestCase("b")]
    public async Task Under_load_every_connection_in_two_rooms_gets_one_copy_of_each_message_in_order(string roomWithWindow)
    {
        await using var gateway = await ServiceHost.GatewayAsync(
            _redis, $"--Rooms:Policies:0:Pattern={roomWithWindow}", "--Rooms:Policies:0:BatchWindow=50ms");
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Client.ConnectAsync(gateway, $"u{i}", "rooms=a,b")));
        foreach (var client in clients) await client.UntilMarkerAsync();

        await PublishAsync();

        var counts = await Task.WhenAll(clients.Select(UntilBothEndsAsync));
        foreach (var received in counts) Assert.That(received, Is.EqualTo(Enumerable.Range(0, Messages)));
        foreach (var client in clients) await client.DisposeAsync();
    }

    /// <summary>All are under way at once; behind them one message to each room alone, which marks the end of its copies.</summary>
    private async Task PublishAsync()
    {
        var publisher = _admin.Publisher;
        var results = Enumerable.Range(0, Messages).Select(i => publisher.PublishAsync(Targets, Message("step", i))).ToList();
        await Task.WhenAll(results);
        foreach (var target in Targets) await publisher.PublishAsync(target, Message("end", 0));
    }

    private static OutgoingMessage Message(string type, int number) => OutgoingMessage.Of(type, number);

    private static async Task<List<int>> UntilBothEndsAsync(Client client)
    {
        var received = new List<int>();
        for (var ends = 0; ends < Targets.Length;)
        {
            var message = await client.NextAsync();
            if (message.Type() == "end") ends++;
            else if (message.Type() != "position") received.Add(message.GetProperty("content").GetInt32());
        }

        return received;
    }
}
