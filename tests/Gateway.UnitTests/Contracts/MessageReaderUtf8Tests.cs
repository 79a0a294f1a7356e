using Gateway.Contracts;
using NUnit.Framework;

namespace Gateway.UnitTests.Contracts;

internal sealed class MessageReaderUtf8Tests
{
    /// <summary>One such message, published by anybody with access to Redis, would make every browser in the room close its connection.</summary>
    [TestCase("FF")]
    [TestCase("C0AF")]
    [TestCase("EDA080")]
    [TestCase("E282")]
    public void A_message_with_invalid_UTF8_anywhere_is_refused(string hex)
    {
        foreach (var place in new[] { """{"type":"t","content":"*"}""", """{"type":"t","content":{"*":1}}""", """{"type":"t","data":{"a":"*"}}""", """{"type":"t","unknown":"*"}""" })
        {
            var parts = place.Split('*');
            byte[] json = [.. Bytes(parts[0]), .. Convert.FromHexString(hex), .. Bytes(parts[1])];
            Assert.That(MessageReader.TryRead(json, Target.All, DateTimeOffset.UnixEpoch, null, out _, out var error), Is.False, place);
            Assert.That(error, Does.Contain("UTF-8"));
        }
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
