using Gateway.Bus;
using Gateway.Bus.InProcess;
using Gateway.Contracts;
using Gateway.Publishing;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Publishing;

/// <summary>One message for several targets, some of which have history.</summary>
internal sealed class SeveralTargetsTests
{
    private static readonly Target A = Target.Room("a");
    private static readonly Target B = Target.Room("off");
    private static readonly Target C = Target.User("auth0|5f");
    private static readonly OutgoingMessage Tick = OutgoingMessage.Of("tick", 1);
    private static readonly HistoryPolicies History = new(Options.Create(new HistoryOptions { Policies = [new() { Pattern = "off", Size = 0 }] }));

    private InProcessBus _bus = null!;

    [SetUp]
    public void Start() => _bus = new InProcessBus(History, TimeProvider.System);

    [Test]
    public async Task Each_copy_names_the_places_of_the_earlier_ones()
    {
        var receiver = await RecordingReceiver.ListenAsync(_bus, A, B, C);
        await Publisher(_bus).PublishAsync(A, Tick);

        var results = await Publisher(_bus).PublishAsync([A, B, C], Tick);

        var (a, c) = (new Position(results[0].Epoch!, 2), new Position(results[2].Epoch!, 1));
        var copies = receiver.Received[1..];
        Assert.That(copies.Select(m => (m.Target, m.Position)), Is.EqualTo(new (Target, Position?)[] { (A, a), (B, null), (C, c) }));
        Assert.That(copies.Select(m => m.Targets), Is.All.EqualTo(new[] { A, B, C }));
        Assert.That(copies[0].Placed, Is.Empty);
        Assert.That(copies[1].Placed, Is.EquivalentTo(new Dictionary<Target, Position> { [A] = a }));
        Assert.That(copies[2].Placed, Is.EquivalentTo(new Dictionary<Target, Position> { [A] = a }));
        Assert.That(results.Select(r => r.Offset), Is.EqualTo(new[] { 2, 0, 1 }));
    }

    [Test]
    public async Task A_retry_names_the_places_of_the_first_attempt_and_delivers_nothing_twice()
    {
        var receiver = await RecordingReceiver.ListenAsync(_bus, A, C);
        var broken = new BrokenBus(_bus, C);
        var message = Tick with { Id = "id-1" };

        var first = await Publisher(broken).PublishAsync([A, C, B], message);
        Assert.That(first.Select(r => r.Status), Is.EqualTo(new[] { PublishStatus.Accepted, PublishStatus.Unavailable, PublishStatus.Unavailable }));
        Assert.That(broken.Tried, Is.EqualTo(new[] { A, C }), "nothing is tried behind a copy that was not accepted");
        var second = await Publisher(_bus).PublishAsync([A, C, B], message);

        Assert.That(second.Select(r => r.Status), Is.EqualTo(new[] { PublishStatus.Duplicate, PublishStatus.Accepted, PublishStatus.Accepted }));
        Assert.That(receiver.Received.Select(m => m.Target), Is.EqualTo(new[] { A, C }));
        Assert.That(receiver.Received[1].Placed[A], Is.EqualTo(receiver.Received[0].Position));
    }

    [Test]
    public async Task Either_every_copy_fits_or_none_is_published()
    {
        var receiver = await RecordingReceiver.ListenAsync(_bus, A, C);
        var content = new string('x', Message.MaxBytes - 200);

        var results = await Publisher(_bus).PublishAsync([A, C], OutgoingMessage.Of("tick", content));
        var one = await Publisher(_bus).PublishAsync([A], OutgoingMessage.Of("tick", content));

        Assert.That(results.Select(r => r.Status), Is.All.EqualTo(PublishStatus.TooLarge));
        Assert.That(one.Single().Status, Is.EqualTo(PublishStatus.Accepted));
        Assert.That(receiver.Received, Has.Count.EqualTo(1));
    }

    private static GatewayPublisher Publisher(IMessagePublisher bus) => new(bus, History, TimeProvider.System);

    private sealed class BrokenBus(IMessagePublisher bus, Target refused) : IMessagePublisher
    {
        public List<Target> Tried { get; } = [];

        public ValueTask<PublishResult> PublishAsync(Message message, bool idempotent, CancellationToken cancellation)
        {
            Tried.Add(message.Target);
            return message.Target == refused ? new(new PublishResult(PublishStatus.Unavailable, message.Id)) : bus.PublishAsync(message, idempotent, cancellation);
        }
    }
}
