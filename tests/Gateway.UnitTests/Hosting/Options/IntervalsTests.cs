using Gateway.Hosting.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting;

internal sealed class IntervalsTests
{
    [TestCase("30", 30)]
    [TestCase("30s", 30)]
    [TestCase("1500ms", 1.5)]
    [TestCase("5m", 300)]
    [TestCase("2H", 7200)]
    [TestCase("1d", 86_400)]
    [TestCase("00:01:30", 90)]
    [TestCase("0", 0)]
    [TestCase("-5", -5)]
    public void A_length_of_time_is_read(string text, double seconds)
    {
        Assert.That(Intervals.TryParse(text, out var interval));
        Assert.That(interval, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("")]
    [TestCase("s")]
    [TestCase("30 minutes")]
    [TestCase("1e99")]
    [TestCase("NaN")]
    [TestCase("00:99:00")]
    public void Anything_else_is_not(string text) => Assert.That(Intervals.TryParse(text, out _), Is.False);
}
