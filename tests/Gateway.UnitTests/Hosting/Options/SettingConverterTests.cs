using System.ComponentModel;
using Gateway.Hosting.Options;
using NUnit.Framework;

namespace Gateway.UnitTests.Hosting;

internal sealed class SettingConverterTests
{
    [OneTimeSetUp]
    public void Install() => SettingConverters.Install();

    [TestCase("30", 30)]
    [TestCase("30s", 30)]
    [TestCase("1500ms", 1.5)]
    [TestCase("5m", 300)]
    [TestCase("2H", 7200)]
    [TestCase("1d", 86_400)]
    [TestCase("00:01:30", 90)]
    [TestCase("0", 0)]
    [TestCase("-5", -5)]
    public void A_duration_is_read(string text, double seconds) => Assert.That(Read<TimeSpan>(text), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("")]
    [TestCase("s")]
    [TestCase("30 minutes")]
    [TestCase("1e99")]
    [TestCase("NaN")]
    [TestCase("00:99:00")]
    public void Other_texts_are_no_duration(string text) => Assert.That(TypeDescriptor.GetConverter(typeof(TimeSpan)).IsValid(text), Is.False);

    [TestCase("yes", true)]
    [TestCase("on", true)]
    [TestCase("1", true)]
    [TestCase("True", true)]
    [TestCase("NO", false)]
    [TestCase("off", false)]
    [TestCase("0", false)]
    [TestCase("false", false)]
    public void A_switch_is_read(string text, bool value) => Assert.That(Read<bool>(text), Is.EqualTo(value));

    private static T Read<T>(string text) => (T)TypeDescriptor.GetConverter(typeof(T)).ConvertFromInvariantString(text)!;
}
