using Gateway.Handshake;
using NUnit.Framework;

namespace Gateway.UnitTests.Handshake;

internal sealed class UserAgentTests
{
    [TestCase("Mozilla/5.0 (X11; Linux) é", "Mozilla/5.0 (X11; Linux) é")]
    [TestCase("", "")]
    [TestCase("a\u001b[31mred\u0007", "a\\u001b[31mred\\u0007")]
    [TestCase("line\r\nConnected", "line\\u000d\\u000aConnected")]
    [TestCase("\u202egnp\u2028\u0085", "\\u202egnp\\u2028\\u0085")]
    [TestCase("x\", from 10.0.0.1", "x\\u0022, from 10.0.0.1")]
    [TestCase("\\u001b", "\\u005cu001b")]
    public void Characters_that_could_forge_a_log_line_are_escaped(string header, string logged) =>
        Assert.That(UserAgent.ForLog(header), Is.EqualTo(logged));

    [TestCase(256, 256)]
    [TestCase(257, 257)]
    [TestCase(20_000, 257)]
    public void It_is_cut_at_256_characters(int length, int logged)
    {
        var text = UserAgent.ForLog(new string('x', length));

        Assert.That(text, Has.Length.EqualTo(logged));
        Assert.That(text.EndsWith('…'), Is.EqualTo(length > 256));
    }
}
