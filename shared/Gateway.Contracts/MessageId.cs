using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Contracts;

/// <summary>Ids the gateway makes: time-ordered UUIDs (RFC 9562, version 7) without dashes.</summary>
public static class MessageId
{
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("n");

    public static bool IsValid(string id) => id.Length is > 0 and <= Message.MaxIdLength && Names.IsName(id);

    /// <summary>
    /// The id of a message for which a user chose one: the same for the same user and id, another for every other user, so
    /// that nobody can take a stranger's id and have the stranger's message dropped as a duplicate.
    /// </summary>
    public static string OfUser(string userId, string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{id}"));
        return Base64Url.EncodeToString(hash.AsSpan(0, 24));
    }
}
