using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Bus.Recovery;

/// <summary>The log of a target is lost, and its counter begins again or goes back.</summary>
internal sealed class EpochTests
{
    private static readonly Target Room = Target.Room("a");

    private RepairedPod _pod = null!;
    private string _first = "";

    private FakeServer Server => _pod.Server;

    private string Epoch => Server.LogOf(Room).Current.Epoch;

    [SetUp]
    public async Task StartAsync()
    {
        _pod = new RepairedPod();
        await _pod.SubscribeAsync(Room);
        for (var i = 0; i < 3; i++) Server.Publish(Room);
        await _pod.FinishAsync();
        _pod.Received.Clear(Room);
        _first = Epoch;
    }

    [TearDown]
    public async Task StopAsync() => await _pod.DisposeAsync();

    [Test]
    public async Task The_new_epoch_is_told_and_read_from_its_beginning()
    {
        Server.Lose(Room);
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("lost", $"at {Epoch}.0", $"{Epoch}.1", $"{Epoch}.2");
    }

    [Test]
    public async Task Smaller_numbers_of_another_epoch_are_not_taken_for_duplicates_nor_greater_ones_for_the_next([Values(1, 3, 4, 9)] int count)
    {
        Server.Disconnect();
        Server.Lose(Room);
        for (var i = 0; i < count; i++) Server.Publish(Room);
        Server.Reconnect();
        await _pod.FinishAsync();
        AssertReceived(["lost", $"at {Epoch}.0", .. Enumerable.Range(1, count).Select(i => $"{Epoch}.{i}")]);
    }

    [Test]
    public async Task A_lost_log_without_new_messages_is_told_after_the_next_connection()
    {
        Server.Disconnect();
        Server.Lose(Room);
        Server.Reconnect();
        await _pod.FinishAsync();
        AssertReceived("lost", $"at {Epoch}.0");
    }

    [Test]
    public async Task An_epoch_that_changes_during_a_repair_is_told_after_what_was_read()
    {
        Server.PageLimit = 1;
        for (var i = 0; i < 3; i++) Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        await _pod.SettleAsync();
        Server.Reply();
        await _pod.SettleAsync();
        Server.Lose(Room);
        Server.Publish(Room);
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived($"{_first}.4", "lost", $"at {Epoch}.0", $"{Epoch}.1", $"{Epoch}.2");
    }

    [Test]
    public async Task Left_over_messages_of_the_earlier_epoch_are_dropped()
    {
        // Sent before the log was lost, read after the new log: a repair was ahead of the reader.
        Server.Publish(Room, arrives: false);
        Server.Publish(Room);
        Server.Pass();
        var late = Server.Publish(Room);
        Server.Lose(Room);
        Server.Publish(Room, arrives: false);
        await _pod.SettleAsync();
        Server.Reply();
        await _pod.FinishAsync();
        Server.Send(late);
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("lost", $"at {Epoch}.0", $"{Epoch}.1", $"{Epoch}.2");
    }

    [Test]
    public async Task A_counter_that_went_back_is_told()
    {
        Server.Disconnect();
        Server.LogOf(Room).Forget(2);
        Server.Reconnect();
        await _pod.FinishAsync();
        Server.Publish(Room);
        await _pod.FinishAsync();
        AssertReceived("lost", $"at {_first}.1", $"{_first}.2");
    }

    [Test]
    public async Task A_message_of_an_epoch_that_the_log_shows_only_later_is_not_dropped()
    {
        // The log is read from the server before, until that connection is made again.
        Server.Send(new Message { Id = "", Type = "chat", Target = Room, Timestamp = 0, Position = new Position("later", 1) });
        Server.Pass();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await _pod.SettleAsync();
            Server.Reply();
            _pod.Time.Fire();
        }

        Server.LogOf(Room).Restart("later");
        Server.Publish(Room, arrives: false);
        await _pod.FinishAsync();
        AssertReceived("lost", "at later.0", "later.1");
    }

    [Test]
    public async Task A_message_that_the_log_never_shows_is_delivered_after_it_was_told()
    {
        // The log is read from a server that is behind the one that sends.
        Server.Send(new Message { Id = "", Type = "chat", Target = Room, Timestamp = 0, Position = new Position(_first, 9) });
        await _pod.FinishAsync();
        AssertReceived("lost 4-8", $"at {_first}.8", $"{_first}.9");
    }

    private void AssertReceived(params string[] expected) => Assert.That(_pod.Received.Of(Room), Is.EqualTo(expected));
}
