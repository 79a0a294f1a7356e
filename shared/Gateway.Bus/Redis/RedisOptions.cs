using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Gateway.Bus.Redis.Channels;

namespace Gateway.Bus.Redis;

/// <summary>Section <c>Redis</c>: the server of the bus, channel groups and timeouts.</summary>
public sealed class RedisOptions : IValidatableObject
{
    /// <summary>Host name or IPv4 address; IPv6 is not supported. Default: none; then <see cref="Uri"/> must be set.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port. Default 6379. Range 1–65535.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 6379;

    /// <summary>Password for AUTH, as the user <c>default</c>. Default: none, no AUTH.</summary>
    [DataType(DataType.Password)]
    public string? Password { get; set; }

    /// <summary>
    /// Replaces host, port, password, database and TLS: <c>redis://:password@host:6379/0</c>, <c>rediss://</c> with TLS.
    /// Default: none. If it is set, the single values are ignored.
    /// </summary>
    [DataType(DataType.Password)]
    public string? Uri { get; set; }

    /// <summary>Database number for keys; channels are shared by all databases. Default 0. Range 0–1023.</summary>
    [Range(0, 1023)]
    public int Database { get; set; }

    /// <summary>Use TLS; the certificate must be valid for the host. Default false.</summary>
    public bool Tls { get; set; }

    /// <summary>Prefix of all keys and channels, so that two applications can share one Redis. Default <c>gateway</c>. 1–64 of A-Z a-z 0-9 : _ - .</summary>
    [RegularExpression("[A-Za-z0-9:_.-]{1,64}", ErrorMessage = "must be 1 to 64 characters of A-Z a-z 0-9 : _ - .")]
    public string Prefix { get; set; } = "gateway";

    /// <summary>
    /// The name of this process in CLIENT LIST, and the pod's name. Default <c>gateway-&lt;machine&gt;-&lt;random&gt;</c>.
    /// 1–128 visible ASCII characters without spaces; one name per process.
    /// </summary>
    [RegularExpression("[!-~]{1,128}", ErrorMessage = "must be 1 to 128 visible ASCII characters without spaces")]
    public string ClientName { get; set; } = NewClientName();

    /// <summary>Groups of channels of other systems to subscribe besides the own ones. Default: none. Known: <c>websocket</c>, <c>notifications</c>.</summary>
    public IList<string> Contracts { get; set; } = [];

    /// <summary>Prefix of the channels of the group <c>websocket</c>. Default <c>websocket</c>. 1–64 of A-Z a-z 0-9 : _ - .</summary>
    [RegularExpression("[A-Za-z0-9:_.-]{1,64}", ErrorMessage = "must be 1 to 64 characters of A-Z a-z 0-9 : _ - .")]
    public string WebSocketPrefix { get; set; } = "websocket";

    /// <summary>Timeout of a connection attempt, including TLS and AUTH. Default 2 s. Range 100 ms–30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Maximum delay between two reconnect attempts; the first attempt is immediate. Default 500 ms. Range 50 ms–10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Timeout of a publish, including retries. Default 1 s. Range 50 ms–1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:01")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Timeout of one operation of the state store. Default 1 s. Range 50 ms–30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan StateTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Interval of PING on the subscription connection; it is closed and opened again after two intervals without any reply.
    /// Default 3 s. Range 100 ms–60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Whether the server keeps every acknowledged write over a crash, so that the numbers of messages may go on after a restart. False: a
    /// restart begins new epochs, and clients are told that messages may be missing. Default: true only if the server says that its AOF is
    /// written <c>always</c> (CONFIG GET).
    /// </summary>
    public bool? Durable { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Uri is { Length: > 0 } && RedisEndpoint.Error(Uri) is { } error) yield return new ValidationResult(error, [nameof(Uri)]);
        if (Uri is not { Length: > 0 } && Host is { Length: > 0 } && RedisEndpoint.HostError(Host) is { } hostError) yield return new ValidationResult(hostError, [nameof(Host)]);
        if (ChannelGroups.Error(this) is { } unknown) yield return new ValidationResult(unknown, [nameof(Contracts)]);
        if (WebSocketPrefix == Prefix) yield return new ValidationResult("must differ from Redis:Prefix", [nameof(WebSocketPrefix)]);
    }

    /// <summary>The machine's name, in Kubernetes the pod's, and a random suffix, because a machine may run several processes.</summary>
    private static string NewClientName()
    {
        var machine = string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_').Take(64));
        return $"gateway-{machine}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    }
}
