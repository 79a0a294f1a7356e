using FsCheck;
using FsCheck.Fluent;
using Gateway.LoadTest.Measure;
using NUnit.Framework;

namespace Gateway.UnitTests.LoadTest;

internal sealed class LatencyHistogramTests
{
    [Test]
    public void A_percentile_is_right_to_a_sixtieth()
    {
        Prop.ForAll(Gen.Choose(1, 50_000_000).NonEmptyListOf().ToArbitrary(), Gen.Choose(1, 100).ToArbitrary(), (values, percent) =>
        {
            var histogram = new LatencyHistogram();
            foreach (var value in values) histogram.Record(value);
            var exact = values.Order().ElementAt((int)Math.Ceiling(percent / 100.0 * values.Count) - 1) / 1000.0;
            Assert.That(histogram.Percentile(percent / 100.0), Is.EqualTo(exact).Within(exact / 60));
        }).Check(RepeatableConfig.New());
    }

    [Test]
    public void Two_histograms_add_up()
    {
        var (low, high, sum) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < 50; i++) low.Record(1000);
        for (var i = 0; i < 50; i++) high.Record(9000);
        sum.Add(low.ToPairs());
        sum.Add(high.ToPairs());

        Assert.That(sum.Count, Is.EqualTo(100));
        Assert.That(sum.Percentile(0.5), Is.EqualTo(1).Within(0.02));
        Assert.That(sum.Percentile(0.51), Is.EqualTo(9).Within(0.15));
    }

    [Test]
    public void Nothing_recorded_is_zero() => Assert.That(new LatencyHistogram().Percentile(0.99), Is.Zero);
}
