using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Identity;

/// <summary>Warns at start when tokens of an authority are accepted whichever service they were issued for.</summary>
internal sealed partial class AudienceWarning(IOptions<AuthOptions> options, ILogger<AudienceWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Authority: { } authority, Audience: null }) Log.AnyAudience(logger, authority);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Warning, "Every token of {Authority} is accepted, also one issued for another service. Set JWT_AUDIENCE to the audience of this service's tokens")]
        public static partial void AnyAudience(ILogger logger, string authority);
    }
}
