using System.Net.Sockets;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Running;

/// <summary>A service's <c>Main</c>: <c>return await ServiceRunner.RunAsync(args, GatewayApp.Create);</c></summary>
public static class ServiceRunner
{
    /// <summary>sysexits.h EX_CONFIG: to try again is of no use until somebody changes a setting.</summary>
    public const int WrongSettings = 78;

    /// <param name="args">The command line; <c>--probe</c> asks the service that runs already whether it lives: 0 yes, 1 no.</param>
    /// <param name="create">Builds the service. It must neither connect nor listen.</param>
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
            return await Refuse(wrong.Message);
        }
        catch (Exception cannotListen) when (cannotListen is SocketException or IOException { InnerException: AddressInUseException })
        {
            return await Refuse(cannotListen.Message + "\nenvironment: PORT or Listen__Port, Listen__Address");
        }
        catch (InvalidDataException unreadable)
        {
            // A settings file that is no JSON; the cause says where.
            return await Refuse($"{unreadable.Message} {unreadable.InnerException?.Message}");
        }
    }

    private static async Task<int> Refuse(string text)
    {
        await Console.Error.WriteLineAsync(text);
        return WrongSettings;
    }
}
