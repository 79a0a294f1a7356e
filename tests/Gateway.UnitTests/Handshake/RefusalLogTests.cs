using System.Net;
using Gateway.Handshake;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Gateway.UnitTests.Handshake;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RefusalLogTests
{
    private readonly Clock _clock = new();
    private readonly LogCapture _logs = new();
    private LoggerFactory _factory = null!;

    private IEnumerable<string> Lines => _logs.Lines.Where(line => line.StartsWith("Information", StringComparison.Ordinal));

    [SetUp]
    public void Start() => _factory = new LoggerFactory([_logs]);

    [TearDown]
    public void Stop()
    {
        _factory.Dispose();
        _logs.Dispose();
    }

    [Test]
    public void The_first_refusal_of_a_reason_is_a_line_at_once_and_later_ones_are_one_line_per_10_seconds_with_their_count()
    {
        using var log = new RefusalLog(_clock, new Logger<RefusalLog>(_factory));
        for (var i = 0; i < 1000; i++) log.Add(new Refusal(401, "the token has expired"), IPAddress.Loopback);
        log.Add(new Refusal(403, "the Origin is not allowed"), IPAddress.Loopback);
        Assert.That(Lines, Has.Exactly(1).Contains("refused: 1 with 401 (the token has expired)").And.Exactly(1).Contains("refused: 1 with 403"));
        Assert.That(Lines.Count(), Is.EqualTo(2));
        Assert.That(_clock.LastDue, Is.EqualTo(TimeSpan.FromSeconds(10)));

        _clock.FireTimers();
        Assert.That(Lines.Count(), Is.EqualTo(3));
        Assert.That(Lines.Last(), Does.Contain("refused: 999 with 401"));

        _clock.FireTimers();
        Assert.That(Lines.Count(), Is.EqualTo(3), "nothing was refused since");
        log.Add(new Refusal(401, "the token has expired"), IPAddress.Loopback);
        Assert.That(Lines.Last(), Does.Contain("refused: 1 with 401"));
    }

    [Test]
    public void Refusals_that_quote_the_request_are_counted_as_one_reason_and_the_number_of_reasons_is_bounded()
    {
        using var log = new RefusalLog(_clock, new Logger<RefusalLog>(_factory));
        for (var i = 0; i < 500; i++) log.Add(new Refusal(400, $"\"room {i}\" is not a room name") { Reason = "invalid room name" }, null);
        Assert.That(Lines.Count(), Is.EqualTo(1));

        for (var i = 0; i < 500; i++) log.Add(new Refusal(400, $"reason {i}"), null);
        Assert.That(Lines.Count(), Is.LessThan(100));
    }

    /// <summary>Timers fire when the test says so.</summary>
    private sealed class Clock : TimeProvider
    {
        private readonly List<TimerCallback> _timers = [];
        private readonly List<object?> _states = [];

        public TimeSpan LastDue { get; private set; }

        public void FireTimers()
        {
            for (var i = 0; i < _timers.Count; i++) _timers[i](_states[i]);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(callback);
            _states.Add(state);
            return new Timer(this);
        }

        private sealed class Timer(Clock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.LastDue = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
