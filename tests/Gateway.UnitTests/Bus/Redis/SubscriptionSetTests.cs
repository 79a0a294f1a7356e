using System.Text;
using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Bus.Redis.Channels;
using Gateway.Bus.Redis.Subscribing;
using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Redis;

internal sealed class SubscriptionSetTests
{
    private static readonly Target Ann = Target.User("ann");
    private static readonly Target Bob = Target.User("bob");

    private readonly FakeSender _sender = new();
    private SubscriptionSet _set = null!;

    [SetUp]
    public void Create()
    {
        _sender.Clear();
        _set = new SubscriptionSet(new ChannelMap(new RedisNames("gateway"), []));
    }

    [Test]
    public void A_subscription_completes_with_the_reply_for_its_last_channel()
    {
        _set = new SubscriptionSet(new ChannelMap(new RedisNames("gateway"), [new WebSocketChannels("websocket")]));
        _set.Connect(_sender);
        var ann = _set.AddAsync(Ann);
        Assert.That(_sender.Sent, Is.EqualTo("SUBSCRIBE gateway:user:ann websocket:user:ann websocket:notification:ann"));

        Confirm(2);
        Assert.That(ann.IsCompleted, Is.False);
        Confirm(1);
        Assert.That(ann.IsCompletedSuccessfully, Is.True);
        Assert.That(_set.AddAsync(Ann).IsCompletedSuccessfully, Is.True, "already subscribed");
    }

    [Test]
    public void A_reply_to_an_older_command_confirms_nothing()
    {
        _set.Connect(_sender);
        var first = _set.AddAsync(Ann);
        _set.Remove(Ann);
        var last = _set.AddAsync(Ann);

        Confirm(2);
        Assert.That((first.IsCanceled, last.IsCompleted), Is.EqualTo((true, false)));
        Confirm(1);
        Assert.That(last.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void A_new_connection_subscribes_to_everything_and_names_what_was_interrupted()
    {
        _ = _set.AddAsync(Target.All);
        _set.Connect(_sender);
        Confirm(1);
        Assert.That(_set.IsReady, Is.True);
        _ = _set.AddAsync(Ann);
        Confirm(1);
        _set.Disconnect();
        Assert.That(_set.IsReady, Is.False);
        var ann = _set.AddAsync(Ann);
        var bob = _set.AddAsync(Bob);
        _sender.Clear();

        _set.Connect(_sender);
        Assert.That(_sender.Sent.Split('\n'), Is.EquivalentTo(["SUBSCRIBE gateway:all", "SUBSCRIBE gateway:user:ann", "SUBSCRIBE gateway:user:bob"]));
        Assert.That((ann.IsCompleted, bob.IsCompleted), Is.EqualTo((false, false)));
        Target?[] restored = [_set.Confirm(), _set.Confirm()];
        Assert.That(_set.IsReady, Is.False);
        restored = [.. restored, _set.Confirm()];

        Assert.That(_set.IsReady, Is.True);
        Assert.That((ann.IsCompletedSuccessfully, bob.IsCompletedSuccessfully), Is.EqualTo((true, true)));
        Assert.That(restored, Is.EquivalentTo(new Target?[] { Target.All, Ann, null }), "bob was not subscribed before");
    }

    [Test]
    public void A_connection_that_ends_before_the_reply_leaves_one_interruption()
    {
        _set.Connect(_sender);
        _ = _set.AddAsync(Ann);
        Confirm(1);
        _set.Connect(_sender);
        _set.Connect(_sender);

        Assert.That(_set.Confirm(), Is.EqualTo(Ann));
        Assert.That(_set.Confirm(), Is.Null);
    }

    [Test]
    public void An_error_fails_the_subscription_it_replies_to_and_no_other()
    {
        _set.Connect(_sender);
        var ann = _set.AddAsync(Ann);
        var bob = _set.AddAsync(Bob);

        Assert.That(_set.Refuse("NOPERM no"), Is.EqualTo(Ann));
        Confirm(1);

        Assert.That(ann.Exception?.InnerException, Is.InstanceOf<BusUnavailableException>().With.Message.Contains("NOPERM no"));
        Assert.That(bob.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void A_refused_subscription_is_tried_again_with_every_ping_and_by_the_next_caller()
    {
        _set.Connect(_sender);
        _ = _set.AddAsync(Ann);
        _set.Refuse("NOPERM no");
        _sender.Clear();

        _set.Ping();
        Assert.That(_sender.Sent, Is.EqualTo("PING\nSUBSCRIBE gateway:user:ann"));
        Confirm(1);
        _set.Refuse("NOPERM no");
        var again = _set.AddAsync(Ann);
        Assert.That(_sender.Sent, Is.EqualTo("PING\nSUBSCRIBE gateway:user:ann\nSUBSCRIBE gateway:user:ann"));
        Confirm(1);
        Assert.That(again.IsCompletedSuccessfully, Is.True);

        _sender.Clear();
        _set.Ping();
        Assert.That(_sender.Sent, Is.EqualTo("PING"));
    }

    [Test]
    public void A_refused_ping_concerns_no_subscription()
    {
        _set.Connect(_sender);
        _set.Ping();
        var ann = _set.AddAsync(Ann);

        Assert.That(_set.Refuse("ERR unknown command"), Is.Null);
        Confirm(1);
        Assert.That(ann.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void An_error_without_a_command_ends_the_connection()
    {
        _set.Connect(_sender);
        Assert.Throws<RedisRefusedException>(() => _set.Refuse("ERR no"));
    }

    [Test]
    public void A_removed_target_is_unsubscribed_and_no_longer_found()
    {
        _set.Connect(_sender);
        _ = _set.AddAsync(Ann);
        _sender.Clear();

        _set.Remove(Ann);
        _set.Remove(Ann);

        Assert.That(_sender.Sent, Is.EqualTo("UNSUBSCRIBE gateway:user:ann"));
        Assert.That(_set.TryGet("gateway:user:ann"u8, out _), Is.False);
        Assert.That(_set.Count, Is.Zero);
    }

    [Test]
    public void Finding_a_known_channel_allocates_nothing()
    {
        _ = _set.AddAsync(Ann);
        _set.TryGet("gateway:user:ann"u8, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _set.TryGet("gateway:user:ann"u8, out _);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private void Confirm(int replies)
    {
        for (var i = 0; i < replies; i++) _set.Confirm();
    }

    /// <summary>Shows commands as lines of words.</summary>
    private sealed class FakeSender : ICommandSender
    {
        private readonly List<string> _commands = [];

        public string Sent => string.Join('\n', _commands);

        public void Clear() => _commands.Clear();

        public void Send(ReadOnlySpan<byte> commands)
        {
            foreach (var command in Encoding.UTF8.GetString(commands).Split('*', StringSplitOptions.RemoveEmptyEntries))
                _commands.Add(string.Join(' ', command.Split("\r\n").Skip(1).Where(word => word.Length > 0 && word[0] != '$')));
        }
    }
}
