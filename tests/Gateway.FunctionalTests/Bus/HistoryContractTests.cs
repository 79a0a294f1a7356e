using Gateway.Bus;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Bus;

/// <summary>The contract of both implementations of the history.</summary>
internal abstract class HistoryContractTests
{
    private static readonly Target Room = Target.Room("chat:1");
    private static readonly Target Other = Target.Room("chat:2");
    private static readonly Target Small = Target.Room("small:1");
    private static readonly Target Off = Target.Room("off:1");
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    private BusUnderTest _bus = null!;

    [SetUp]
    public async Task StartAsync() => _bus = await (await CreateAsync(Configure)).ConnectedAsync();

    [TearDown]
    public async Task StopAsync() => await _bus.DisposeAsync();

    [Test]
    public async Task Messages_of_a_target_are_numbered_from_1_in_one_epoch_and_arrive_with_their_places()
    {
        await _bus.Subscriber.SubscribeAsync(Room);
        var results = new List<PublishResult>();
        for (var i = 1; i <= 3; i++) results.Add(await _bus.Publisher.SendAsync(Room, $"{i}"));
        var other = await _bus.Publisher.SendAsync(Other, "1");

        await _bus.Received.Until(3);
        Assert.That(results.Select(r => r.Offset), Is.EqualTo([1, 2, 3]));
        Assert.That(results.Select(r => r.Epoch).Distinct().Single(), Does.Match("^[a-z0-9]{8}$"));
        Assert.That(_bus.Received.All.Select(m => m.Position), Is.EqualTo(results.Select(r => new Position(r.Epoch!, r.Offset))));
        Assert.That(_bus.Received.For(Room), Is.EqualTo(["1", "2", "3"]));
        Assert.That((other.Offset, other.Epoch == results[0].Epoch), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task A_target_without_messages_has_place_0_in_the_epoch_of_its_first_message()
    {
        var places = await _bus.History.GetPositionsAsync([Room, Other, Room], CancellationToken.None);

        var first = await _bus.Publisher.SendAsync(Room, "1");
        Assert.That(places[0], Is.EqualTo(new Position(first.Epoch!, 0)).And.EqualTo(places[2]).And.Not.EqualTo(places[1]));
        Assert.That(await PlaceAsync(Room), Is.EqualTo(new Position(first.Epoch!, 1)));
    }

    [Test]
    public async Task A_target_without_history_is_delivered_without_numbers()
    {
        await _bus.Subscriber.SubscribeAsync(Off);

        var result = await _bus.Publisher.SendAsync(Off, "1");
        var idempotent = await PublishAsync(Off, "id-1");
        var repeated = await PublishAsync(Off, "id-1");

        await _bus.Received.Until(2);
        Assert.That(new[] { result, idempotent, repeated }.Select(r => (r.Offset, r.Epoch)), Is.All.EqualTo((0L, (string?)null)));
        Assert.That(repeated.Status, Is.EqualTo(PublishStatus.Duplicate));
        Assert.That(_bus.Received.All.Select(m => m.Position), Is.All.Null);
        Assert.That((_bus.History.Keeps(Off), _bus.History.Keeps(Room), _bus.History.Keeps(Target.All), _bus.History.Keeps(Target.User("ann"))), Is.EqualTo((false, true, true, true)));
    }

    [Test]
    public async Task The_log_keeps_messages_as_they_were_published()
    {
        var sent = Messages.Of(Room, "{\"a\":\"ü😀\u007f\\u0000\",\r\n\t\"n\":[1,2.50]}") with { From = "u1", FromName = "Ü", Key = "k", TraceParent = "t", Data = """{"x":1}"""u8.ToArray() };

        var result = await _bus.Publisher.PublishAsync(sent, idempotent: false, CancellationToken.None);

        var kept = (await ReadAsync(Room, new(0, 0, 10))).Messages.Single();
        Assert.That(kept with { Content = sent.Content, Data = sent.Data, Targets = sent.Targets, Position = null }, Is.EqualTo(sent));
        Assert.That(kept.Position, Is.EqualTo(new Position(result.Epoch!, 1)));
        Assert.That(kept.Content.ToArray(), Is.EqualTo(sent.Content.ToArray()));
        Assert.That(kept.Data.ToArray(), Is.EqualTo(sent.Data.ToArray()));
    }

    [Test]
    public async Task Any_part_of_the_log_can_be_read_oldest_first()
    {
        for (var i = 1; i <= 50; i++) await _bus.Publisher.SendAsync(Room, $"{i}");

        Assert.That(await OffsetsAsync(new(0, 0, 1000)), Is.EqualTo(Enumerable.Range(1, 50)));
        Assert.That(await OffsetsAsync(new(40, 0, 3)), Is.EqualTo([41, 42, 43]));
        Assert.That(await OffsetsAsync(new(0, 6, 3)), Is.EqualTo([1, 2, 3]));
        Assert.That(await OffsetsAsync(new(0, 0, 20, Newest: true)), Is.EqualTo(Enumerable.Range(31, 20)));
        Assert.That(await OffsetsAsync(new(10, 40, 33, Newest: true)), Is.EqualTo(Enumerable.Range(11, 29)));
        Assert.That(await OffsetsAsync(new(0, 1, 10)), Is.Empty);
        Assert.That(await OffsetsAsync(new(50, 0, 10)), Is.Empty);
        Assert.That(await OffsetsAsync(new(9, 3, 10)), Is.Empty);
        var page = await ReadAsync(Room, new(20, 0, 1));
        Assert.That((page.Current, page.Oldest), Is.EqualTo((await PlaceAsync(Room), 1L)));
    }

    [Test]
    public async Task A_page_has_256_KiB_at_most_but_at_least_one_message([Values] bool newest)
    {
        for (var i = 1; i <= 3; i++) await _bus.Publisher.SendAsync(Room, $"\"{new string('x', 100_000)}\"");
        await _bus.Publisher.SendAsync(Room, $"\"{new string('x', Message.MaxBytes - 1000)}\"");

        Assert.That(await OffsetsAsync(new(0, 0, 10, newest)), Is.EqualTo(newest ? [4] : new long[] { 1, 2 }));
        Assert.That(await OffsetsAsync(new(2, 0, 10, newest)), Is.EqualTo([newest ? 4 : 3]));
        Assert.That(await OffsetsAsync(new(3, 0, 10, newest)), Is.EqualTo([4]));
    }

    [Test]
    public async Task The_log_keeps_as_many_messages_as_its_policy_says()
    {
        for (var i = 1; i <= 12; i++) await _bus.Publisher.SendAsync(Small, $"{i}");

        var page = await ReadAsync(Small, new(0, 0, 100));
        Assert.That(page.Messages.Select(m => m.Position!.Value.Offset), Is.EqualTo(Enumerable.Range(8, 5)));
        Assert.That((page.Oldest, page.Current.Offset), Is.EqualTo((8, 12)));
    }

    [Test]
    public async Task The_time_of_the_log_counts_from_its_last_message()
    {
        await _bus.Publisher.SendAsync(Room, "1");
        await PassAsync(Ttl * 0.9);
        await _bus.Publisher.SendAsync(Room, "2");
        await PassAsync(Ttl * 0.9);
        Assert.That(await OffsetsAsync(new(0, 0, 10)), Is.EqualTo([1, 2]));

        await PassAsync(Ttl * 0.2);
        var page = await ReadAsync(Room, new(0, 0, 10));
        Assert.That((page.Messages.Count, page.Oldest, page.Current.Offset), Is.EqualTo((0, 0L, 2L)));
    }

    [Test]
    public async Task The_counter_outlives_its_log_by_a_day()
    {
        var first = await _bus.Publisher.SendAsync(Room, "1");
        await PassAsync(Ttl + TimeSpan.FromHours(23));
        var second = await _bus.Publisher.SendAsync(Room, "2");
        Assert.That((second.Epoch, second.Offset), Is.EqualTo((first.Epoch, 2)));
        Assert.That(await OffsetsAsync(new(0, 0, 10)), Is.EqualTo([2]));

        await PassAsync(Ttl + TimeSpan.FromHours(25));
        var third = await _bus.Publisher.SendAsync(Room, "3");
        Assert.That(third.Offset, Is.EqualTo(1));
        Assert.That(third.Epoch, Is.Not.EqualTo(first.Epoch));
    }

    [Test]
    public async Task A_repeated_id_is_acknowledged_with_the_place_of_the_first_for_five_minutes()
    {
        await _bus.Subscriber.SubscribeAsync(Room);
        var first = await PublishAsync(Room, "id-1");
        await _bus.Publisher.SendAsync(Room, "2");
        await PassAsync(TimeSpan.FromMinutes(4.9));

        var repeated = await PublishAsync(Room, "id-1");
        var elsewhere = await PublishAsync(Other, "id-1");
        await PassAsync(TimeSpan.FromMinutes(0.2));
        var later = await PublishAsync(Room, "id-1");

        Assert.That(repeated, Is.EqualTo(first with { Status = PublishStatus.Duplicate }));
        Assert.That((elsewhere.Status, elsewhere.Offset), Is.EqualTo((PublishStatus.Accepted, 1)));
        Assert.That((later.Status, later.Offset), Is.EqualTo((PublishStatus.Accepted, 3)));
        await _bus.Received.Until(3);
        Assert.That(_bus.Received.All.Select(m => m.Id == "id-1"), Is.EqualTo([true, false, true]));
    }

    /// <summary>Lets this much time pass for the bus.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    protected abstract Task<BusUnderTest> CreateAsync(Action<IServiceCollection> services);

    private static void Configure(IServiceCollection services) => services.Configure<HistoryOptions>(options => options.Policies =
    [
        new() { Pattern = "small:*", Size = 5, Ttl = Ttl },
        new() { Pattern = "off:*", Size = 0 },
        new() { Pattern = "chat:*", Size = 1000, Ttl = Ttl },
    ]);

    private ValueTask<PublishResult> PublishAsync(Target target, string id) => _bus.Publisher.PublishAsync(Messages.Of(target, "1", id), idempotent: true, CancellationToken.None);

    private async Task<Position> PlaceAsync(Target target) => (await _bus.History.GetPositionsAsync([target], CancellationToken.None)).Single();

    private Task<HistoryPage> ReadAsync(Target target, HistoryRange range) => _bus.History.ReadAsync(target, range, CancellationToken.None);

    private async Task<IEnumerable<long>> OffsetsAsync(HistoryRange range) => (await ReadAsync(Room, range)).Messages.Select(m => m.Position!.Value.Offset);
}
