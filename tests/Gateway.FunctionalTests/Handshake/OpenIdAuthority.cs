using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.FunctionalTests.Handshake;

/// <summary>An OpenID authority over HTTP on loopback: a discovery document and a key set.</summary>
internal sealed class OpenIdAuthority : IAsyncDisposable
{
    private readonly Dictionary<string, RSA> _keys = new(StringComparer.Ordinal);
    private readonly RSA _unpublished = RSA.Create(2048);
    private WebApplication? _app;
    private int _retrievals;

    /// <summary>Also the issuer of its tokens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>How often the key set was read.</summary>
    public int Retrievals => Volatile.Read(ref _retrievals);

    public static async Task<OpenIdAuthority> StartAsync(params string[] kids)
    {
        var authority = new OpenIdAuthority();
        foreach (var kid in kids) authority.AddKey(kid);
        await authority.StartAsync("http://127.0.0.1:0");
        return authority;
    }

    public void AddKey(string kid) => _keys[kid] = RSA.Create(2048);

    public void RemoveKey(string kid) => _keys.Remove(kid);

    /// <summary>A token that the authority signs with this key; a key it does not publish is another one.</summary>
    public string Token(string user, string kid, params (string Name, object? Value)[] claims) =>
        Tokens.Rs256(Tokens.Claims(user, [("iss", Address), ("scope", "publish:all"), .. claims]), _keys.GetValueOrDefault(kid) ?? _unpublished, kid);

    /// <summary>Closes the port, and keeps the keys.</summary>
    public async Task StopAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _app = null;
    }

    public Task RestartAsync() => StartAsync(Address);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _unpublished.Dispose();
        foreach (var key in _keys.Values) key.Dispose();
    }

    private async Task StartAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Address, jwks_uri = Address + "/keys" }));
        _app.MapGet("/keys", KeySet);
        await _app.StartAsync();
        Address = _app.Urls.Single();
    }

    private IResult KeySet()
    {
        Interlocked.Increment(ref _retrievals);
        return Results.Json(new { keys = _keys.Select(entry => Jwk(entry.Key, entry.Value)).ToArray() });
    }

    private static object Jwk(string kid, RSA key)
    {
        var p = key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", kid, use = "sig", n = Base64Url.EncodeToString(p.Modulus), e = Base64Url.EncodeToString(p.Exponent) };
    }
}
