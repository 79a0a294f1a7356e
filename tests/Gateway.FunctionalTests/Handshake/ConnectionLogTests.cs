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
}
