using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Bus;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>Tokens that are refused before they expire: those with an id, those of a user, or all that were issued before a time.</summary>
/// <param name="Jti">The claim <c>jti</c> of the tokens; else null.</param>
/// <param name="UserId">Their user; null: any user's.</param>
/// <param name="IssuedBefore">Without <paramref name="Jti"/>: only tokens whose <c>iat</c> is earlier, unix ms. A token without <c>iat</c> is always earlier.</param>
/// <param name="Until">When the last of them has expired, unix seconds.</param>
public sealed record Revocation(string? Jti, string? UserId, long IssuedBefore, long Until)
{
    /// <summary>The name of the order to all pods.</summary>
    internal const string Order = "revoke";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The field of the stored hash.</summary>
    internal string Field => Jti is not null ? "jti:" + Jti : UserId is not null ? "user:" + UserId : $"issued_before:{IssuedBefore}";

    internal static Revocation? Read(JsonElement json) => json.Deserialize<Revocation>(Json) is { } read && (read.Jti is not null || read.IssuedBefore > 0) ? read : null;

    internal static Revocation? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();
}

/// <summary>Revokes tokens in all processes, and keeps the revocations for those that start later, as the hash <c>gateway:revoked</c>.</summary>
public sealed class RevocationStore(IStateStore store, IControlChannel control, IOptions<AuthOptions> options, TimeProvider time)
{
    private const string Key = "revoked";

    /// <summary>Returns the id of the order. Throws <see cref="BusUnavailableException"/>; to be repeated then.</summary>
    public Task<string> RevokeTokenAsync(string jti, CancellationToken cancellation) => AddAsync(new Revocation(jti, UserId: null, IssuedBefore: 0, Until()), cancellation);

    /// <summary>As <see cref="RevokeTokenAsync"/>, for the tokens of a user that were issued up to now, the present second included, because <c>iat</c> counts seconds.</summary>
    public Task<string> RevokeUserAsync(string userId, CancellationToken cancellation) =>
        AddAsync(new Revocation(Jti: null, userId, (time.GetUtcNow().ToUnixTimeSeconds() + 1) * 1000, Until()), cancellation);

    /// <summary>As <see cref="RevokeTokenAsync"/>, for all tokens that were issued before a time.</summary>
    public Task<string> RevokeIssuedBeforeAsync(DateTimeOffset issuedBefore, CancellationToken cancellation) =>
        AddAsync(new Revocation(Jti: null, UserId: null, issuedBefore.ToUnixTimeMilliseconds(), Until()), cancellation);

    /// <summary>All that still concern a valid token; the others are removed.</summary>
    internal async Task<List<Revocation>> ReadAsync(CancellationToken cancellation)
    {
        var (kept, over, now) = (new List<Revocation>(), new List<string>(), time.GetUtcNow().ToUnixTimeSeconds());
        foreach (var (field, value) in await store.GetFieldsAsync(Key, cancellation))
        {
            if (Revocation.Read(value) is { } revocation && revocation.Until > now) kept.Add(revocation);
            else over.Add(field);
        }

        if (over.Count > 0) await store.RemoveFieldsAsync(Key, over, cancellation);
        return kept;
    }

    /// <summary>Stored first: a process that starts in between reads it.</summary>
    private async Task<string> AddAsync(Revocation revocation, CancellationToken cancellation)
    {
        await store.SetFieldAsync(Key, revocation.Field, revocation.ToJson().ToJsonString(), cancellation);
        return await control.SendAsync(Revocation.Order, revocation.ToJson(), cancellation);
    }

    private long Until() => (time.GetUtcNow() + options.Value.LongestTokenLife + options.Value.Leeway).ToUnixTimeSeconds() + 1;
}
