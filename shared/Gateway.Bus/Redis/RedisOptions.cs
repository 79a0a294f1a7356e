using System.ComponentModel.DataAnnotations;
using Gateway.Bus.Redis.Channels;

namespace Gateway.Bus.Redis;

/// <summary>Section <c>Redis</c>: where the bus is and how patient it is.</summary>
public sealed class RedisOptions : IValidatableObject
{
    /// <summary>Host name or address. Default: none; then <see cref="Uri"/> must be set.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port. Default 6379. Range 1–65535.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 6379;

    /// <summary>What is said with AUTH, as the user <c>default</c>. Default: nothing is said.</summary>
    [DataType(DataType.Password)]
    public string? Password { get; set; }

    /// <summary>
    /// All in one, instead of host, port, password, database and TLS: <c>redis://:password@host:6379/0</c>, <c>rediss://</c> with TLS.
    /// Default: none. Where it is set it alone counts.
    /// </summary>
    [DataType(DataType.Password)]
    public string? Uri { get; set; }

    /// <summary>Database number for keys; channels know no databases. Default 0. Range 0–1023.</summary>
    [Range(0, 1023)]
    public int Database { get; set; }

    /// <summary>Speak TLS; the certificate must be valid for the host. Default false.</summary>
    public bool Tls { get; set; }

    /// <summary>First word of all keys and channels, so that two applications can share one Redis. Default <c>gateway</c>. 1–64 of A-Z a-z 0-9 : _ - .</summary>
    [RegularExpression("[A-Za-z0-9:_.-]{1,64}", ErrorMessage = "must be 1 to 64 characters of A-Z a-z 0-9 : _ - .")]
    public string Prefix { get; set; } = "gateway";

    /// <summary>
    /// How this process is called in Redis (CLIENT LIST), and the pod's name. Default <c>gateway-&lt;machine&gt;-&lt;random&gt;</c>.
    /// 1–128 visible ASCII characters without spaces; one name per process.
    /// </summary>
    [RegularExpression("[!-~]{1,128}", ErrorMessage = "must be 1 to 128 visible ASCII characters without spaces")]
    public string ClientName { get; set; } = RedisName.ForThisProcess();

    /// <summary>Groups of foreign channels that are heard besides the own ones. Default: none. Known: <c>websocket</c>, <c>notifications</c>.</summary>
    public IList<string> Contracts { get; set; } = [];

    /// <summary>First word of the channels of the group <c>websocket</c>. Default <c>websocket</c>. 1–64 of A-Z a-z 0-9 : _ - .</summary>
    [RegularExpression("[A-Za-z0-9:_.-]{1,64}", ErrorMessage = "must be 1 to 64 characters of A-Z a-z 0-9 : _ - .")]
    public string WebSocketPrefix { get; set; } = "websocket";

    /// <summary>Longest wait for a connection to be made, TLS and AUTH included. Default 2 s. Range 100 ms–30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between two attempts to come back; the first comes at once. Default 500 ms. Range 50 ms–10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whole time a publish may take, retries included. Default 1 s. Range 50 ms–1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:01")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whole time one question to the state store may take. Default 1 s. Range 50 ms–30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan StateTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the subscription connection is asked for a sign of life; one that gave none for twice as long is dropped and made anew.
    /// Default 3 s. Range 100 ms–60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(3);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Uri is { Length: > 0 } && RedisEndpoint.Fault(Uri) is { } fault) yield return new ValidationResult(fault, [nameof(Uri)]);
        if (ChannelGroups.Fault(this) is { } unknown) yield return new ValidationResult(unknown, [nameof(Contracts)]);
        if (WebSocketPrefix == Prefix) yield return new ValidationResult("must differ from Redis:Prefix", [nameof(WebSocketPrefix)]);
    }
}
