using NUnit.Framework;

namespace Gateway.FunctionalTests.Delivery;

internal sealed class UserMessageTests
{
    private ServiceHost _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await ServiceHost.GatewayAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("user_message", """{"type":"user_message","to":"bob","content":{"text":"hi"}}""")]
    [TestCase("user_message", """{"type":"user_message","content":{"to":"bob","text":"hi"}}""")]
    [TestCase("user_message", """{"type":"user_message","to":"bob","content":"hi"}""")]
    [TestCase("chat", """{"type":"chat","to":"bob","content":{"text":"hi"}}""")]
    [TestCase("chat", """{"type":"chat","content":{"to":"bob","text":"hi"}}""")]
    public async Task C8_A_message_to_one_user_reaches_all_devices_of_that_user_once_each(string type, string command)
    {
        await using var phone = await Client.ConnectAsync(_gateway, "bob");
        await using var laptop = await Client.ConnectAsync(_gateway, "bob");
        await using var eve = await Client.ConnectAsync(_gateway, "eve");
        await using var alice = await Client.ConnectAsync(_gateway, "alice");

        (await alice.AskAsync(command)).MustBeAck();

        foreach (var device in new[] { phone, laptop })
        {
            var got = await device.NextAsync(type);
            Assert.Multiple(() =>
            {
                Assert.That(got.GetProperty("from").GetString(), Is.EqualTo("alice"));
                Assert.That(got.GetProperty("to").GetString(), Is.EqualTo("bob"));
                Assert.That(got.Text(), Is.EqualTo("hi"));
            });
            Assert.That(await device.UntilMarkerAsync(), Is.Empty, "once");
        }

        Assert.That(await eve.UntilMarkerAsync(), Is.Empty);
        Assert.That(await alice.UntilMarkerAsync(), Is.Empty);
    }

    [TestCase("auth0|5f7c8ec7")]
    [TestCase("jörg@example.com")]
    [TestCase("a*b?c[d]")]
    [TestCase("chat:events")]
    public async Task C8_Any_visible_user_id_can_be_written_to(string id)
    {
        await using var bob = await Client.ConnectAsync(_gateway, id);
        await using var alice = await Client.ConnectAsync(_gateway, "alice");

        (await alice.AskAsync($$$"""{"type":"user_message","to":"{{{id}}}","content":{"text":"hi"}}""")).MustBeAck();

        Assert.That((await bob.NextAsync("user_message")).GetProperty("to").GetString(), Is.EqualTo(id));
    }

    [Test]
    public async Task C8_A_receiver_may_be_a_number_as_in_tokens()
    {
        await using var bob = await Client.OpenAsync(_gateway, "/ws?token=" + Tokens.For("bob", ("user_id", 42)));
        await using var alice = await Client.ConnectAsync(_gateway, "alice");

        (await alice.AskAsync("""{"type":"user_message","to":42,"content":{"text":"one"}}""")).MustBeAck();
        (await alice.AskAsync("""{"type":"user_message","content":{"to":42,"text":"two"}}""")).MustBeAck();

        Assert.That((await bob.NextAsync("user_message")).Text(), Is.EqualTo("one"));
        Assert.That((await bob.NextAsync("user_message")).Text(), Is.EqualTo("two"));
    }

    [Test]
    public async Task C8_The_senders_own_from_and_to_in_the_content_do_not_count()
    {
        await using var bob = await Client.ConnectAsync(_gateway, "bob");
        await using var alice = await Client.ConnectAsync(_gateway, "alice");

        await alice.SendAsync("""{"type":"user_message","to":"bob","from":"admin","content":{"from":"admin","to":"carol","text":"hi"}}""");

        var got = await bob.NextAsync("user_message");
        Assert.Multiple(() =>
        {
            Assert.That(got.GetProperty("from").GetString(), Is.EqualTo("alice"));
            Assert.That(got.Content("from").GetString(), Is.EqualTo("alice"));
            Assert.That(got.Content("to").GetString(), Is.EqualTo("bob"));
        });
    }

    [Test]
    public async Task C17_A_device_that_leaves_takes_nothing_from_the_others()
    {
        var phone = await Client.ConnectAsync(_gateway, "bob");
        await using var laptop = await Client.ConnectAsync(_gateway, "bob");
        await using var alice = await Client.ConnectAsync(_gateway, "alice");

        await phone.DisposeAsync();
        await alice.SendAsync("""{"type":"user_message","to":"bob","content":{"text":"still there?"}}""");

        Assert.That((await laptop.NextAsync("user_message")).Text(), Is.EqualTo("still there?"));
    }
}
