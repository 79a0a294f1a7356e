using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.LoadTest.Client;

/// <summary>HS256 tokens, each for another user. The same user, generation and expiry give the same token again.</summary>
internal sealed class TokenMint(string secret, long expires)
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret);

    public static string UserName(int index) => $"lt-u{index}";

    public string For(int index, int generation) => Sign(
        $$"""{"user_id":"{{UserName(index)}}","sub":"{{UserName(index)}}","username":"{{UserName(index)}}","jti":"{{generation}}-{{index}}","exp":{{expires}}}""");

    /// <summary>For a publisher over HTTP.</summary>
    public string ForPublisher() => Sign(
        $$"""{"user_id":"lt-publisher","sub":"lt-publisher","username":"lt-publisher","scope":"publish:all publish:room publish:user","exp":{{expires}}}""");

    private string Sign(string payload)
    {
        var text = $"{Header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)))}";
    }
}
