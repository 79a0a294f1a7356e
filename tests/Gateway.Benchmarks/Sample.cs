using Gateway.Contracts;

namespace Gateway.Benchmarks;

/// <summary>A chat line of about 200 bytes, as it comes from Redis.</summary>
internal static class Sample
{
    public static readonly byte[] Json =
        """{"id":"01a1f8e7f1d07510b460ecdfd7ad9f2d","type":"room_message","from":"alice","from_name":"Alice","content":{"room":"chat:room001","text":"The quick brown fox jumps over the lazy dog, again."},"timestamp":1795177312000}"""u8.ToArray();

    public static Message Message()
    {
        MessageReader.TryRead(Json, Target.Room("chat:room001"), DateTimeOffset.UnixEpoch, defaultType: null, out var message, out _);
        return message!;
    }
}
