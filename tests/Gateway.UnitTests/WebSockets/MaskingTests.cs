using System.Buffers.Binary;
using Gateway.WebSockets;
using NUnit.Framework;

namespace Gateway.UnitTests.WebSockets;

internal sealed class MaskingTests
{
    [Test]
    public void It_does_what_the_loop_of_the_RFC_does_for_every_length_and_cut()
    {
        var random = new Random(1);
        for (var length = 0; length <= 100; length++)
        {
            var masked = new byte[length];
            random.NextBytes(masked);
            var mask = (uint)random.NextInt64(uint.MaxValue + 1L);
            var key = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(key, mask);
            var expected = masked.Select((b, i) => (byte)(b ^ key[i % 4])).ToArray();
            for (var cut = 0; cut <= length; cut++)
            {
                // One byte more than needed, which must stay as it is.
                var plain = new byte[length + 1];
                plain[length] = 77;
                Masking.Unmask(Segment.Join(masked[..cut], masked[cut..]), mask, plain);
                Assert.That(plain[..length], Is.EqualTo(expected), $"length {length}, cut at {cut}");
                Assert.That(plain[length], Is.EqualTo(77));
            }
        }
    }
}
