using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Contracts;

/// <summary>
/// Ids the gateway makes: time-ordered UUIDs (RFC 9562, version 7) without dashes. Unique, not secret: their random part is no
/// cryptographic one, which would cost a system call for each message.
/// </summary>
public static class MessageId
{
    public static string New(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        Random.Shared.NextBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id, (int)(now.ToUnixTimeMilliseconds() >> 16));
        BinaryPrimitives.WriteInt16BigEndian(id[4..], (short)now.ToUnixTimeMilliseconds());
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return Convert.ToHexStringLower(id);
    }

    /// <summary>For error texts.</summary>
    public const string Rule = "1 to 64 characters of A-Z a-z 0-9 : _ - . @";

    public static bool IsValid(string id) => id.Length is > 0 and <= Message.MaxIdLength && Names.IsName(id);

    /// <summary>
    /// The id of a message for which a user chose one: the same for the same user and id, another for every other user, so
    /// that no user can take another user's id and have that user's message dropped as a duplicate.
    /// </summary>
    public static string OfUser(string userId, string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{id}"));
        return Base64Url.EncodeToString(hash.AsSpan(0, 24));
    }
}
