using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Contracts;

internal sealed class NamePatternTests
{
    [TestCase("*", "anything", true)]
    [TestCase("team:*", "team:", true)]
    [TestCase("team:*:a", "team:x:y:a", true)]
    [TestCase("team:*:a", "team:x:b", false)]
    [TestCase("*a*b*", "xaxbx", true)]
    [TestCase("Team", "team", false)]
    [TestCase("", "a", false)]
    [TestCase("a?", "ab", false)]
    [TestCase("a?", "a?", true)]
    [TestCase(@"a\", @"a\", true)]
    [TestCase(@"\*", @"\b", true)]
    [TestCase(@"\*", "*", false)]
    public void A_star_matches_any_run_and_everything_else_is_literal(string pattern, string name, bool matches) =>
        Assert.That(new NamePattern(pattern).Matches(name), Is.EqualTo(matches));

    [Test]
    [CancelAfter(10_000)]
    public void A_pattern_of_many_stars_takes_no_exponential_time() =>
        Assert.That(new NamePattern(string.Concat(Enumerable.Repeat("*a", 60))).Matches(new string('a', 59) + new string('b', 60)), Is.False);
}
