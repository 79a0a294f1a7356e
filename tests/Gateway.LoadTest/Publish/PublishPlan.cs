using System.Globalization;
using System.Text;
using Gateway.LoadTest.Client;
using Gateway.LoadTest.Measure;

namespace Gateway.LoadTest.Publish;

/// <summary>A series of messages: the n-th goes to key n mod <see cref="Keys"/>.</summary>
internal sealed record PublishPlan
{
    private const int Overhead = 36; // {"type":"notification","content":"…"}

    public required byte Phase { get; init; }

    /// <summary>Messages a second; 0: as fast as possible.</summary>
    public required double Rate { get; init; }

    public required long Total { get; init; }

    /// <summary>Rooms, or users when <see cref="ToUsers"/>.</summary>
    public int Keys { get; init; } = 1;

    public bool ToUsers { get; init; }

    /// <summary>Bytes of a message's JSON as it is published.</summary>
    public int Size { get; init; } = 200;

    public string Target(long key) => ToUsers
        ? $"user:{TokenMint.UserName((int)key)}"
        : string.Create(CultureInfo.InvariantCulture, $"room:{OpenPlan.RoomName((uint)key)}");

    /// <summary>The content of message n with the current time.</summary>
    public string Content(long n, long now)
    {
        Span<byte> text = stackalloc byte[Math.Max(Marker.Length, Size - Overhead)];
        text.Fill((byte)'x');
        Marker.Write(text, Phase, (uint)(n % Keys), (uint)(n / Keys) + 1, now);
        return Encoding.ASCII.GetString(text);
    }

    public string Message(long n, long now) => $$"""{"type":"notification","content":"{{Content(n, now)}}"}""";
}

/// <summary>How messages reach the server.</summary>
internal interface IPublisher : IAsyncDisposable
{
    /// <summary>Publishes messages <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of the plan, in order.</summary>
    Task PublishAsync(PublishPlan plan, long first, int count, CancellationToken cancellation);
}
