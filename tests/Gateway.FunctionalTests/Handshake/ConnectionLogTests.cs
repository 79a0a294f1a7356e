using System.Text;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Handshake;

internal sealed class ConnectionLogTests
{
    [Test]
    public async Task E9_A_connection_is_one_line_at_Information_with_id_user_agent_and_address()
    {
        await using var gateway = await ServiceHost.GatewayAsync();
        await using var client = await Client.OpenAsync(gateway, "/ws?token=" + Tokens.For("alice"), o => o.SetRequestHeader("User-Agent", "phone/1.0"));
        await client.JoinAsync("lobby");
        await client.SendAsync("""{"type":"room_message","room":"lobby","content":"hi"}""");
        await client.UntilPongAsync();

        var id = client.Welcome.GetProperty("data").GetProperty("client_id").GetString()!;
        var lines = gateway.Logs.Lines.Where(line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.Contain("phone/1.0").And.Contain("127.0.0.1"));
    }

    [Test]
    public async Task A_closed_connection_is_one_line_with_user_code_reason_and_duration()
    {
        await using var gateway = await ServiceHost.GatewayAsync(redis: null, "--Connections:MaxErrorsPerMinute=1");
        var leaving = await Client.ConnectAsync(gateway, "ann");
        await leaving.CloseAsync();
        await using var closed = await Client.ConnectAsync(gateway, "bob");
        for (var i = 0; i < 2; i++) await closed.SendAsync("{");
        Assert.That((await TestTimeout.For(closed.Closed, "the close")).Code, Is.EqualTo(1008));

        await TestTimeout.Until(() => ClosedLines().Count == 2, "two lines");

        Assert.That(ClosedLines()[0], Does.Contain(Id(leaving)).And.Contain("user ann").And.Contain("1000 closed by the client").And.Match("after [0-9]+\\.[0-9] s"));
        Assert.That(ClosedLines()[1], Does.Contain(Id(closed)).And.Contain("user bob").And.Contain("1008 more than 1 errors in a minute"));
        await leaving.DisposeAsync();

        List<string> ClosedLines() => [.. gateway.Logs.Lines.Where(line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains("Closed ", StringComparison.Ordinal))];
    }

    [Test]
    public async Task Control_characters_of_the_user_agent_do_not_reach_the_log()
    {
        await using var gateway = await ServiceHost.GatewayAsync();
        var request = Encoding.ASCII.GetString(WireClient.Request("ann")).Replace("\r\n\r\n", "\r\nUser-Agent: evil\u001b[2J\u0007" + new string('x', 1000) + "\r\n\r\n", StringComparison.Ordinal);
        await using var client = await WireClient.SendAsync(gateway, Encoding.ASCII.GetBytes(request));
        await TestTimeout.For(client.WelcomeAsync(), "the welcome");

        var line = gateway.Logs.Lines.Single(line => line.Contains("Connected ", StringComparison.Ordinal));
        Assert.That(line.Any(char.IsControl), Is.False);
        Assert.That(line, Does.Contain("evil\\u001b[2J\\u0007xxx").And.Length.LessThan(600));
    }

    [Test]
    public async Task Refused_handshakes_are_one_line_per_reason_and_never_one_each()
    {
        await using var gateway = await ServiceHost.GatewayAsync();
        for (var i = 0; i < 20; i++) await Upgrade.StatusAsync(gateway, "/ws");

        var lines = gateway.Logs.Lines.Where(line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains("refused: 1 with 401 (no token", StringComparison.Ordinal));
        Assert.That(lines.Count(), Is.EqualTo(1));
    }

    private static string Id(Client client) => client.Welcome.GetProperty("data").GetProperty("client_id").GetString()!;
}
