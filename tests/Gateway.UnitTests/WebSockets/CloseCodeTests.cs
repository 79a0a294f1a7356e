using System.Text;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.WebSockets;

internal sealed class CloseCodeTests
{
    private static readonly int[] MayBeSent = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];

    private static readonly int[] MayNotBeSent = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];

    [TestCaseSource(nameof(MayBeSent))]
    public void A_code_that_may_be_sent_is_sent_back(int code) =>
        Assert.That(CloseCode.ReplyTo(ClientFrame.Close(code, "reason").Payload).Code, Is.EqualTo(code));

    [TestCaseSource(nameof(MayNotBeSent))]
    public void A_code_that_may_not_be_sent_is_a_protocol_error(int code) =>
        Assert.That(CloseCode.ReplyTo(ClientFrame.Close(code).Payload).Code, Is.EqualTo(1002));

    [Test]
    public void The_reply_to_an_empty_close_is_empty() => Assert.That(CloseCode.ReplyTo([]).Code, Is.EqualTo(1005));

    [Test]
    public void Half_a_code_is_a_protocol_error() => Assert.That(CloseCode.ReplyTo([3]).Code, Is.EqualTo(1002));

    [Test]
    public void A_reason_that_is_not_UTF8_is_1007() => Assert.That(CloseCode.ReplyTo([3, 0xE8, 0xC0, 0xAF]).Code, Is.EqualTo(1007));

    [Test]
    public void Every_reason_of_the_gateway_fits_a_close_frame()
    {
        var codes = typeof(CloseCode).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<CloseCode>().ToList();
        Assert.That(codes, Is.Not.Empty);
        Assert.That(codes.Where(c => Encoding.UTF8.GetByteCount(c.Text) > 123), Is.Empty);
        Assert.That(codes.GroupBy(c => c.Code).Where(same => same.Count() > 1), Is.Empty);
    }
}
