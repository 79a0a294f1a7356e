using System.Buffers.Text;
using System.Text.Json;

namespace Gateway.Hosting.Identity;

/// <summary>A compact JWS taken apart, strictly: what other readers would forgive, this one does not.</summary>
internal sealed class TokenParts : IDisposable
{
    public const int MaxBytes = 8 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly JsonDocument _header;
    private readonly JsonDocument _claims;

    private TokenParts(JsonDocument header, JsonDocument claims, byte[] signature, int signedLength)
    {
        (_header, _claims) = (header, claims);
        (Signature, SignedLength) = (signature, signedLength);
    }

    public JsonElement Header => _header.RootElement;

    public JsonElement Claims => _claims.RootElement;

    public byte[] Signature { get; }

    /// <summary>How much of the token, from its start, is signed.</summary>
    public int SignedLength { get; }

    public static TokenParts? Read(string token, out string? fault)
    {
        fault = null;
        if (token.Length == 0) fault = "the token is empty";
        if (token.Length > MaxBytes) fault = "the token is longer than 8 KB";
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = token.IndexOf('.', first + 1);
        if (fault is null && (first <= 0 || second <= first || token.IndexOf('.', second + 1) >= 0)) fault = "the token does not have three parts";
        if (fault is not null) return null;

        var header = Object(token.AsSpan(0, first));
        var claims = Object(token.AsSpan(first + 1, second - first - 1));
        if (header is null) fault = "the token's header is not a JSON object with each name once";
        else if (claims is null) fault = "the token's claims are not a JSON object with each name once";
        else if (Bytes(token.AsSpan(second + 1)) is { } signature) return new TokenParts(header, claims, signature, second);
        else fault = "the token's signature is not base64url";
        header?.Dispose();
        claims?.Dispose();
        return null;
    }

    public void Dispose()
    {
        _header.Dispose();
        _claims.Dispose();
    }

    private static JsonDocument? Object(ReadOnlySpan<char> part)
    {
        if (Bytes(part) is not { } utf8) return null;
        try
        {
            var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // An everyday outcome, answered by null.
        }

        return null;
    }

    /// <summary>Null for anything but the one way to write these bytes: no padding, no blanks, no stray bits at the end.</summary>
    private static byte[]? Bytes(ReadOnlySpan<char> part)
    {
        if (!Base64Url.IsValid(part)) return null;
        var bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes).AsSpan().SequenceEqual(part) ? bytes : null;
    }
}
