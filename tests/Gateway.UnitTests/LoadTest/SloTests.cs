using Gateway.LoadTest.Measure;
using Gateway.LoadTest.Output;
using NUnit.Framework;

namespace Gateway.UnitTests.LoadTest;

internal sealed class SloTests
{
    private static readonly Row Floor = Row("fanout", "floor", (Metric.Cpu, 5));

    [TestCase("p99=12ms", 12)]
    [TestCase("p99=1.5s", 1500)]
    [TestCase("p99.9=500us", 0.5)]
    [TestCase("loss=0", 0)]
    [TestCase("deliveries=1000k", 1_000_000)]
    [TestCase("rss=9KiB", 9)]
    public void A_bound_is_read_in_the_unit_of_its_metric(string text, double bound) =>
        Assert.That(Slo.Parse(text).Bound, Is.EqualTo(bound).Within(1e-9));

    [Test]
    public void The_longest_name_wins() => Assert.That(Slo.Parse("p99.9=1").Metric, Is.SameAs(Metric.P999));

    [TestCase("p99")]
    [TestCase("speed=1")]
    [TestCase("p99=fast")]
    [TestCase("p99=1KiB")]
    public void What_is_no_bound_is_refused(string text) => Assert.That(() => Slo.Parse(text), Throws.TypeOf<FormatException>());

    [TestCase("cpu=6us", true)]
    [TestCase("cpu=5us", false)]
    [TestCase("fanout.cpu=5us", false)]
    [TestCase("latency.cpu=5us", true)]
    [TestCase("deliveries=99k", true)]
    [TestCase("deliveries=101k", false)]
    [TestCase("cpu=1.2xfloor", true)]
    [TestCase("cpu=1.1xfloor", false)]
    [TestCase("cpu=9xnobody", false)]
    public void A_bound_holds_or_is_broken(string text, bool holds)
    {
        var row = Row("fanout", "gateway", (Metric.Cpu, 6), (Metric.Deliveries, 100_000));
        Assert.That(Slo.Parse(text).Broken(row, [row, Floor]), holds ? Is.Null : Is.Not.Null);
    }

    [Test]
    public void Rounds_become_medians_per_row_and_server()
    {
        var rows = new[] { 3, 9, 4 }.Select(cpu => Row("fanout", "gateway", (Metric.Cpu, cpu))).Append(Floor);
        Assert.That(Gateway.LoadTest.Measure.Row.Medians(rows).Select(r => (r.Server, r.Values[Metric.Cpu])), Is.EqualTo([("gateway", 4.0), ("floor", 5.0)]));
    }

    private static Row Row(string label, string server, params (Metric Metric, double Value)[] values) =>
        new(label, server, values.ToDictionary(v => v.Metric, v => v.Value));
}
