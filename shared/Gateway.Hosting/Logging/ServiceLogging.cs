using Gateway.Hosting.Listening;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

internal static class ServiceLogging
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <summary>Both write request lines with their query, which may contain a token: no configured level turns them on.</summary>
    private static readonly string[] LogRequestLines = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void AddServiceLogging(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<LoggingOptions>("Logging", sharedWithOthers: true);
        builder.Logging.ClearProviders();
        // Read before the options are validated: an invalid value is reported later, in text.
        if (new SectionReader(builder.Configuration.GetSection("Logging"), typeof(LoggingOptions)).Readable.Get<LoggingOptions>() is { Json: true })
            builder.Logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = (Timestamp.TrimEnd(), true));
        else
            builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, Timestamp, true));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Writes an error at every probe of a service that is not ready; the checked parts log the change themselves.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // Kestrel opens a scope for every connection (150 bytes) and every request; no line shows them unless that is configured too.
        builder.Services.Configure<LoggerFilterOptions>(options => options.CaptureScopes = builder.Configuration.GetValue("Logging:CaptureScopes", false));
        builder.Services.AddOptions<LoggerFilterOptions>().PostConfigure<ListenFailure>(Silence);
    }

    private static void Silence(LoggerFilterOptions options, ListenFailure listening)
    {
        // The last of equal rules counts, and one that names a provider counts before one that does not.
        var providers = options.Rules.Select(r => r.ProviderName).Append(null).Distinct().ToList();
        foreach (var category in LogRequestLines)
        {
            foreach (var provider in providers) options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, filter: null));
        }

        // The host logs every failed start with a stack trace. A busy port is reported by ServiceRunner's text alone.
        foreach (var provider in providers) options.Rules.Add(new LoggerFilterRule(provider, HostCategory, LogLevel.Warning, (_, _, _) => !listening.Occurred));
    }
}

/// <summary>Section <c>Logging</c>, beside the framework's own <c>LogLevel</c>.</summary>
public sealed class LoggingOptions
{
    /// <summary>One JSON object per line instead of text. Default false.</summary>
    public bool Json { get; set; }
}
