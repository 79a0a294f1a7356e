using System.Text;
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

    private readonly FakeSender _link = new();
    private SubscriptionSet _set = null!;

    [SetUp]
    public void Create()
    {
        _link.Clear();
        _set = new SubscriptionSet(new ChannelMap(new RedisNames("gateway"), [new WebSocketChannels("websocket")]));
    }

    [Test]
    public void A_wish_ends_with_the_answer_to_its_last_channel()
    {
        _set.Connect(_link);
        var ann = _set.AddAsync(Ann);
        Assert.That(_link.Sent, Is.EqualTo("SUBSCRIBE gateway:user:ann websocket:user:ann websocket:notification:ann"));

        Answer("gateway:user:ann", "websocket:user:ann");
        Assert.That(ann.IsCompleted, Is.False);
        Answer("websocket:notification:ann");
        Assert.That(ann.IsCompletedSuccessfully, Is.True);
        Assert.That(_set.AddAsync(Ann).IsCompletedSuccessfully, Is.True, "known already");
    }

    [Test]
    public void An_answer_to_an_older_wish_confirms_nothing()
    {
        _set = new SubscriptionSet(new ChannelMap(new RedisNames("gateway"), []));
        _set.Connect(_link);
        var first = _set.AddAsync(Ann);
        _set.Remove(Ann);
        var last = _set.AddAsync(Ann);

        Answer("gateway:user:ann", "gateway:user:ann");
        Assert.That((first.IsCanceled, last.IsCompleted), Is.EqualTo((true, false)));
        Answer("gateway:user:ann");
        Assert.That(last.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void A_new_connection_is_asked_for_everything_and_confirms_anew()
    {
        _set = new SubscriptionSet(new ChannelMap(new RedisNames("gateway"), []));
        _set.Connect(_link);
        _ = _set.AddAsync(Ann);
        Answer("gateway:user:ann");
        _set.Disconnect();
        var ann = _set.AddAsync(Ann);
        var bob = _set.AddAsync(Bob);
        _link.Clear();

        _set.Connect(_link);
        Assert.That(_link.Sent.Split('\n'), Is.EquivalentTo(["SUBSCRIBE gateway:user:ann", "SUBSCRIBE gateway:user:bob"]));
        Assert.That((ann.IsCompleted, bob.IsCompleted), Is.EqualTo((false, false)));
        var names = _link.Sent.Split('\n').Select(line => line.Split(' ')[1]).ToArray();
        Assert.That(_set.Answer(Encoding.UTF8.GetBytes(names[0])), Is.False);
        Assert.That(_set.Answer(Encoding.UTF8.GetBytes(names[1])), Is.True, "all that was wanted at the connect is there");
        Assert.That((ann.IsCompletedSuccessfully, bob.IsCompletedSuccessfully), Is.EqualTo((true, true)));
    }

    [Test]
    public void What_is_taken_back_is_unsubscribed_and_no_longer_found()
    {
        _set.Connect(_link);
        _ = _set.AddAsync(Ann);
        _link.Clear();

        _set.Remove(Ann);
        _set.Remove(Ann);

        Assert.That(_link.Sent, Is.EqualTo("UNSUBSCRIBE gateway:user:ann websocket:user:ann websocket:notification:ann"));
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

    private void Answer(params string[] channels)
    {
        foreach (var channel in channels) _set.Answer(Encoding.UTF8.GetBytes(channel));
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
