using Gateway.Contracts;
using Gateway.FunctionalTests.Wire;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Limits;

internal sealed class LimitsOffTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync(
        redis: null,
        "--Limits:MaxConnections=0", "--Limits:MaxConnectionsPerUser=0", "--Limits:MaxConnectionsPerAddress=0", "--Limits:HandshakesPerSecond=0",
        "--Rooms:MaxPerConnection=0", "--Connections:MessagesPerSecond=0", "--Connections:MaxErrorsPerMinute=0",
        "--Connections:MessageBurst=0", "--Connections:MaxMessageFragments=0", "--Connections:MessageDeadlineSeconds=0", "--Connections:QueueFrames=0", "--Connections:QueueBytes=0");

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task A_limit_of_0_on_connections_is_no_limit()
    {
        var clients = new List<Client>();
        for (var i = 0; i < 50; i++) clients.Add(await Client.ConnectAsync(_gateway, "alice"));

        foreach (var client in clients)
        {
            Assert.That(await client.UntilPongAsync(), Is.Empty);
            await client.DisposeAsync();
        }
    }

    [Test]
    public async Task A_limit_of_0_on_fragments_is_no_limit()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "alice");
        for (var i = 0; i < 2000; i++) await client.WriteAsync(new ClientFrame(i == 0 ? 1 : 0) { Payload = "x"u8.ToArray(), Final = i == 1999 });
        Assert.That((await client.NextAsync(1)).Text, Does.Contain("error"), "the text is no command, but it is read");
    }

    [Test]
    public async Task A_limit_of_0_on_what_waits_for_a_slow_client_is_no_limit()
    {
        await using var client = await WireClient.ConnectAsync(_gateway, "slow", receiveBuffer: 4096);
        for (var i = 0; i < 100; i++) await _gateway.PublishAsync(Target.User("slow"), $"\"{i};{new string('x', 50_000)}\"");
        for (var i = 0; i < 100; i++) Assert.That((await client.NextAsync(1)).Text, Does.Contain($"\"{i};"));
    }

    [Test]
    public async Task A_limit_of_0_on_rooms_messages_and_errors_is_no_limit()
    {
        await using var client = await Client.ConnectAsync(_gateway, "alice");

        for (var i = 0; i < 150; i++) await client.JoinAsync($"room-{i}");
        for (var i = 0; i < 150; i++) await client.SendAsync("{");

        Assert.That((await client.UntilPongAsync()).Types(), Is.EqualTo(Enumerable.Repeat("error", 150)));
    }
}
