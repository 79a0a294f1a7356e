using System.Buffers;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.WebSockets;

internal sealed class FrameHeaderTests
{
    private static readonly ClientFrame[] Good =
    [
        .. new ulong[] { 0, 1, 125, 126, 127, 65_535, 65_536, int.MaxValue, long.MaxValue }.Select(n => new ClientFrame(1) { DeclaredLength = n }),
        new(0), new(2), new(8), new(9) { DeclaredLength = 125 }, new(10), new(1) { Final = false }, new(0) { Mask = 0 },
    ];

    private static readonly TestCaseData[] Bad =
    [
        .. Enumerable.Range(1, 7).Select(bits => new TestCaseData(new ClientFrame(1) { Reserved = bits })),
        .. new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }.Select(opcode => new TestCaseData(new ClientFrame(opcode))),
        .. new[] { 0, 1, 2, 8, 9, 10 }.Select(opcode => new TestCaseData(new ClientFrame(opcode) { Mask = null })),
        .. new[] { 8, 9, 10 }.Select(opcode => new TestCaseData(new ClientFrame(opcode) { Final = false })),
        .. new[] { 8, 9, 10 }.Select(opcode => new TestCaseData(new ClientFrame(opcode) { DeclaredLength = 126 })),
        new TestCaseData(new ClientFrame(9) { DeclaredLength = 65_536 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = 0, LengthBytes = 2 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = 125, LengthBytes = 2 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = 125, LengthBytes = 8 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = 65_535, LengthBytes = 8 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = 1UL << 63 }),
        new TestCaseData(new ClientFrame(1) { DeclaredLength = ulong.MaxValue }),
    ];

    [TestCaseSource(nameof(Good))]
    public void A_good_header_is_read_whole_and_not_before(object frame)
    {
        var expected = (ClientFrame)frame;
        var bytes = expected.Bytes();
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            Assert.That(FrameHeader.TryRead(Sequence(bytes[..cut]), out var early), Is.Null, $"{cut} bytes");
            Assert.That(early, Is.Null, $"{cut} bytes");
        }

        var header = FrameHeader.TryRead(Sequence(bytes), out var violation);
        Assert.Multiple(() =>
        {
            Assert.That(violation, Is.Null);
            Assert.That(header!.Value.Opcode, Is.EqualTo((Opcode)expected.Opcode));
            Assert.That(header.Value.Final, Is.EqualTo(expected.Final));
            Assert.That((ulong)header.Value.Length, Is.EqualTo(expected.DeclaredLength ?? 0));
            Assert.That(header.Value.Mask, Is.EqualTo(expected.Mask));
            Assert.That(header.Value.Size, Is.EqualTo(bytes.Length));
            Assert.That(header.Value.IsControl, Is.EqualTo(expected.Opcode >= 8));
        });
    }

    [TestCaseSource(nameof(Good))]
    public void A_header_may_lie_in_two_segments_cut_anywhere(object frame)
    {
        var bytes = ((ClientFrame)frame).Bytes();
        var whole = FrameHeader.TryRead(Sequence(bytes), out _);
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.That(FrameHeader.TryRead(Sequence(bytes[..cut], bytes[cut..]), out _), Is.EqualTo(whole), $"cut at {cut}");
    }

    [TestCaseSource(nameof(Bad))]
    public void An_invalid_header_is_a_protocol_error_whatever_follows(object frame)
    {
        byte[] bytes = [.. ((ClientFrame)frame).Bytes(), 1, 2, 3];
        Assert.That(FrameHeader.TryRead(Sequence(bytes), out var violation), Is.Null);
        Assert.That(violation?.Code, Is.EqualTo(1002));
    }

    [Test]
    public void What_two_bytes_show_is_known_after_two_bytes()
    {
        foreach (var frame in new ClientFrame[] { new(1) { Reserved = 4 }, new(3), new(1) { Mask = null }, new(9) { Final = false } })
        {
            _ = FrameHeader.TryRead(Sequence(frame.Bytes()[..2]), out var violation);
            Assert.That(violation?.Code, Is.EqualTo(1002), $"{frame}");
        }
    }

    private static ReadOnlySequence<byte> Sequence(params byte[][] parts) => Segment.Join(parts);
}
