using AdminApi;
using Gateway.Contracts;
using Gateway.Publishing;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Publishing;

/// <summary>The types of the gateway itself, wherever a publisher chooses a type.</summary>
internal sealed class ReservedTypeTests
{
    private static readonly string[] Reserved = ["welcome", "ack", "error", "pong", "drain", "resume", "gap", "position"];

    private ApiHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await ApiHost.StartAsync(AdminApiApp.Create);

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_reserved_type_is_refused_on_every_way_of_publishing([ValueSource(nameof(Reserved))] string type)
    {
        var message = $$"""{"target":"all","type":"{{type}}"}""";
        var single = await _host.PostAsync("/publish", Tokens.Operator(), message);
        var several = await _host.PostAsync("/publish", Tokens.Operator(), $$"""{"targets":["task:a","room:a"],"type":"{{type}}"}""");
        var batch = await _host.PostAsync("/publish", Tokens.Operator(), $$"""{"messages":[{{message}}]}""");
        var library = _host.Publisher;
        MessageReader.TryRead(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"{{type}}"}"""), Target.All, DateTimeOffset.UnixEpoch, defaultType: null, out var read, out var error);

        Assert.That((single.Status, several.Status), Is.EqualTo((400, 400)));
        Assert.That(single.Detail, Does.Contain("reserved for the gateway"));
        Assert.That(batch.Json.GetProperty("results")[0].GetProperty("status").GetInt32(), Is.EqualTo(400));
        Assert.That(() => library.BroadcastAsync(new OutgoingMessage { Type = type }), Throws.ArgumentException);
        Assert.That((read, error), Is.EqualTo(((Message?)null, error)));
        Assert.That(error, Does.Contain("reserved for the gateway"));
    }
}
