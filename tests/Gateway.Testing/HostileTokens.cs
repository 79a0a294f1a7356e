using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Testing;

/// <summary>Tokens that a service with the HS256 secret of <see cref="Tokens"/> must refuse, over HTTP, in a handshake and in a refresh.</summary>
internal sealed class HostileTokens
{
    private const string Header = """{"alg":"HS256"}""";

    private static readonly byte[] Secret = Encoding.UTF8.GetBytes(Tokens.Secret);

    private readonly long _now;

    private HostileTokens(long now) => _now = now;

    /// <summary>The claims that most of them carry; with nothing wrong they are accepted.</summary>
    private Dictionary<string, object> Valid => Claims();

    private string ValidText => $$"""{"user_id":"ann","exp":{{_now + 60}}}""";

    private string Token => Tokens.Hs256(Valid);

    public static IEnumerable<(string Name, string Token)> All(DateTimeOffset now)
    {
        var tokens = new HostileTokens(now.ToUnixTimeSeconds());
        return [.. tokens.WithWrongStructure(), .. tokens.WithWrongHeader(), .. tokens.WithWrongClaims()];
    }

    private IEnumerable<(string Name, string Token)> WithWrongStructure()
    {
        yield return new("empty", "");
        yield return new("only dots", "..");
        yield return new("one part", "abc");
        yield return new("no signature", Token[..Token.LastIndexOf('.')]);
        yield return new("empty signature", Token[..(Token.LastIndexOf('.') + 1)]);
        yield return new("four parts", Token + ".x");
        yield return new("five parts, encrypted", Base64Url.EncodeToString("""{"alg":"dir","enc":"A256GCM"}"""u8) + "..AAAA.AAAA.AAAA");
        yield return new("signature cut to 16 bytes", Tokens.Sign(Header, Valid, input => HMACSHA256.HashData(Secret, input)[..16]));
        yield return new("signature with a byte more", Tokens.Sign(Header, Valid, input => [.. HMACSHA256.HashData(Secret, input), 0]));
        yield return new("another secret", Tokens.Hs256(Valid, "another-secret-of-somebody-else-entirely"));
        yield return new("empty secret", Tokens.Hs256(Valid, ""));
        yield return new("claims changed under the signature", Changed());
        yield return new("300 KB", Tokens.Hs256(Claims(("pad", new string('x', 300_000)))));
        yield return new("just over 8 KB", Tokens.Hs256(Claims(("pad", new string('x', 6_200)))));
        yield return new("padding at the end", Token + "=");
        yield return new("blank at the end", Token + " ");
        yield return new("blank inside", Token.Insert(Token.Length - 5, "\n"));
        yield return new("stray bits in the last character", Token[..^1] + Stray(Token[^1]));
        yield return new("plain base64 alphabet", Token.Replace('-', '+').Replace('_', '/') + "+");
        yield return new("not ASCII", Token + "é");
        yield return new("NUL at the end", Token + "\0");
    }

    private IEnumerable<(string Name, string Token)> WithWrongHeader()
    {
        yield return new("alg none", Tokens.None(Valid));
        yield return new("alg None with a signature", Signed("""{"alg":"None"}"""));
        yield return new("no alg", Signed("""{"typ":"JWT"}"""));
        yield return new("alg null", Signed("""{"alg":null}"""));
        yield return new("alg a list", Signed("""{"alg":["HS256"]}"""));
        yield return new("alg in lower case", Signed("""{"alg":"hs256"}"""));
        yield return new("alg twice", Signed("""{"alg":"none","alg":"HS256"}"""));
        yield return new("alg twice by an escape", Signed("""{"alg":"HS256","\u0061lg":"none"}"""));
        yield return new("HS384 with the same key", Tokens.Sign("""{"alg":"HS384"}""", Valid, input => HMACSHA384.HashData(Secret, input)));
        yield return new("HS512 with the same key", Tokens.Sign("""{"alg":"HS512"}""", Valid, input => HMACSHA512.HashData(Secret, input)));
        yield return new("RS256", Signed("""{"alg":"RS256"}"""));
        yield return new("crit", Signed("""{"alg":"HS256","crit":["exp"],"exp":1}"""));
        yield return new("crit with b64 false", Signed("""{"alg":"HS256","b64":false,"crit":["b64"]}"""));
        yield return new("b64 false alone", Signed("""{"alg":"HS256","b64":false}"""));
        yield return new("jwk", Signed("""{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"""));
        yield return new("jku", Signed("""{"alg":"HS256","jku":"https://evil.example/keys"}"""));
        yield return new("x5u", Signed("""{"alg":"HS256","x5u":"https://evil.example/cert"}"""));
        yield return new("x5c", Signed("""{"alg":"HS256","x5c":["MIIB"]}"""));
        yield return new("kid a number", Signed("""{"alg":"HS256","kid":7}"""));
        yield return new("compressed", Signed("""{"alg":"HS256","zip":"DEF"}"""));
        yield return new("header a list", Signed("""["HS256"]"""));
        yield return new("header with a comment", Signed("""{"alg":"HS256"/**/}"""));
        yield return new("header with a comma too many", Signed("""{"alg":"HS256",}"""));
        yield return new("typ of another kind of token", Signed("""{"alg":"HS256","typ":"dpop+jwt"}"""));
        yield return new("typ a number", Signed("""{"alg":"HS256","typ":1}"""));
        yield return new("header with text behind it", Signed("""{"alg":"HS256"}{}"""));
        yield return new("header with a NUL behind it", Signed("{\"alg\":\"HS256\"}\0"));
        yield return new("kid of half a surrogate pair", Signed("""{"alg":"HS256","kid":"\ud800"}"""));
        yield return new("alg of half a surrogate pair", Signed("""{"alg":"\ud800"}"""));
        yield return new("header name of half a surrogate pair", Signed("""{"alg":"HS256","\udc00":1}"""));
        yield return new("kid with a raw byte", Raw("{\"alg\":\"HS256\",\"kid\":\"a\u00ffb\"}", ValidText));
        yield return new("alg with a raw byte", Raw("{\"alg\":\"HS256\u00ff\"}", ValidText));
        yield return new("header name with a raw byte", Raw("{\"alg\":\"HS256\",\"\u00c3\":1}", ValidText));
        yield return new("nested header name with a raw byte", Raw("{\"alg\":\"HS256\",\"x\":{\"\u00ff\":1,\"\u00fe\":1}}", ValidText));
    }

    private IEnumerable<(string Name, string Token)> WithWrongClaims()
    {
        yield return new("claims a text", Tokens.Hs256("\"ann\""));
        yield return new("claims no JSON", Tokens.Hs256("{user_id:ann}"));
        yield return new("claims 10,000 deep", Tokens.Hs256(new string('[', 3000) + new string(']', 3000)));
        yield return new("claims deep inside a name", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"x":{{new string('[', 40)}}{{new string(']', 40)}}}"""));
        yield return new("user twice", Tokens.Hs256($$"""{"user_id":"ann","user_id":"root","exp":{{_now + 60}}}"""));
        yield return new("no exp", Tokens.Hs256(Claims(("exp", null))));
        yield return new("exp a text", Tokens.Hs256(Claims(("exp", "99999999999"))));
        yield return new("exp null", Tokens.Hs256($$"""{"user_id":"ann","exp":null}"""));
        yield return new("exp 1e999", Tokens.Hs256("""{"user_id":"ann","exp":1e999}"""));
        yield return new("exp negative", Tokens.Hs256(Claims(("exp", -1))));
        yield return new("exp in milliseconds", Tokens.Hs256(Claims(("exp", 1e15))));
        yield return new("expired 31 s ago", Tokens.Hs256(Claims(("exp", _now - 31))));
        yield return new("not before in an hour", Tokens.Hs256(Claims(("nbf", _now + 3600))));
        yield return new("nbf a text", Tokens.Hs256(Claims(("nbf", "0"))));
        yield return new("no user", Tokens.Hs256(Claims(("user_id", null))));
        yield return new("user an object", Tokens.Hs256(Claims(("user_id", new { id = "ann" }))));
        yield return new("user an object and another claim behind it", Tokens.Hs256(Claims(("user_id", new[] { "a" }), ("sub", "ann"))));
        yield return new("user with a line break", Tokens.Hs256(Claims(("user_id", "a\nb"))));
        yield return new("user of 257 characters", Tokens.Hs256(Claims(("user_id", new string('a', 257)))));
        yield return new("user half a surrogate pair", Tokens.Hs256($$"""{"user_id":"\ud800","exp":{{_now + 60}}}"""));
        yield return new("user 1.5", Tokens.Hs256(Claims(("user_id", 1.5))));
        yield return new("claims with text behind them", Tokens.Hs256(ValidText + "x"));
        yield return new("claims empty", Tokens.Hs256(""));
        yield return new("claims not UTF-8", Raw(Header, "{\"user_id\":\"ann\",\"exp\":" + (_now + 60) + ",\"x\":\"\u00ff\"}"));
        yield return new("claim name with a raw byte", Raw(Header, "{\"user_id\":\"ann\",\"exp\":" + (_now + 60) + ",\"\u00ff\":1}"));
        yield return new("user with a raw byte", Raw(Header, "{\"user_id\":\"a\u00ffb\",\"exp\":" + (_now + 60) + "}"));
        yield return new("claim name of half a surrogate pair", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"\ud800":1}"""));
        yield return new("claim name of a reversed surrogate pair", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"\udc00\ud800":1,"\udc00":2}"""));
        yield return new("other claim of half a surrogate pair", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"aud":["\ud800"]}"""));
        yield return new("jti of half a surrogate pair", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"jti":"x\udfff"}"""));
        yield return new("same name twice inside a claim", Tokens.Hs256(ValidText[..^1] + ",\"x\":{\"a\":1,\"a\":2}}"));
        yield return new("nbf 1e999", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"nbf":1e999}"""));
        yield return new("nbf negative", Tokens.Hs256(Claims(("nbf", -1))));
        yield return new("nbf null", Tokens.Hs256($$"""{"user_id":"ann","exp":{{_now + 60}},"nbf":null}"""));
        yield return new("user of a service", Tokens.Hs256(Claims(("user_id", "service:build"))));
        yield return new("user with a zero-width space", Tokens.Hs256(Claims(("user_id", "ann\u200b"))));
        yield return new("user with a right-to-left override", Tokens.Hs256(Claims(("user_id", "ann\u202e"))));
        yield return new("user with a bidi isolate", Tokens.Hs256(Claims(("user_id", "\u2066ann"))));
        yield return new("user with a soft hyphen", Tokens.Hs256(Claims(("user_id", "an\u00adn"))));
        yield return new("user with a tag character", Tokens.Hs256(Claims(("user_id", "ann\U000e0061"))));
    }

    private Dictionary<string, object> Claims(params (string Name, object? Value)[] more) => Tokens.Claims("ann", [("exp", _now + 3600), .. more]);

    private string Signed(string header) => Tokens.Hs256WithHeader(header, Valid);

    /// <summary>Each character is one byte, so that what is not UTF-8 can be written.</summary>
    private static string Raw(string header, string claims)
    {
        var input = Base64Url.EncodeToString(Encoding.Latin1.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.Latin1.GetBytes(claims));
        return input + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Secret, Encoding.ASCII.GetBytes(input)));
    }

    private string Changed()
    {
        var (mine, other) = (Token.Split('.'), Tokens.Hs256(Claims(("user_id", "root")), "x").Split('.'));
        return $"{mine[0]}.{other[1]}.{mine[2]}";
    }

    /// <summary>A character whose unused low bits are set: it decodes to the same bytes in a reader that is not strict.</summary>
    private static char Stray(char last)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet[alphabet.IndexOf(last, StringComparison.Ordinal) | 1];
    }
}
