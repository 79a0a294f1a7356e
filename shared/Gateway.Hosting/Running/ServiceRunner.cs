using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Running;

/// <summary>A service's <c>Main</c>: <c>return await ServiceRunner.RunAsync(args, GatewayApp.Create);</c></summary>
public static class ServiceRunner
{
    /// <summary>sysexits.h EX_CONFIG: trying again changes nothing until somebody changes a setting.</summary>
    public const int WrongSettings = 78;

    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> create)
    {
        try
        {
            await using var app = create([.. args.Where(a => a != Probe.Argument)]);
            // Before the host does, which would log a stack trace beside the text.
            app.Services.GetRequiredService<SettingsValidation>().Validate();
            if (args.Contains(Probe.Argument)) return await Probe.RunAsync(app.Services);
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongSettings;
        }
    }
}
