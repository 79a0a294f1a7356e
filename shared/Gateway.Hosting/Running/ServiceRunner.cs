using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting.Running;

/// <summary>A service's <c>Main</c>: <c>return await ServiceRunner.RunAsync(args, GatewayApp.Create);</c></summary>
public static class ServiceRunner
{
    /// <summary>EX_CONFIG of sysexits.h: a restart fails again until a setting is changed.</summary>
    public const int InvalidSettings = 78;

    /// <param name="args">The command line: settings, or one of <c>--probe</c>, <c>--version</c> and <c>--help</c>.</param>
    /// <param name="create">Builds the service. It must neither connect nor listen.</param>
    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> create)
    {
        var assembly = create.Method.DeclaringType!.Assembly;
        if (args.Contains("--help")) return await PrintAsync(Help(assembly.GetName().Name!));
        if (args.Contains("--version")) return await PrintAsync($"{assembly.GetName().Name} {assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}");
        try
        {
            await using var app = create([.. args.Where(a => a != Probe.Argument)]);
            if (args.Contains(Probe.Argument)) return await Probe.RunAsync(app.Services);
            using var signals = new SecondSignal();
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException invalid)
        {
            return await RefuseAsync(invalid.Message);
        }
        catch (Exception cannotListen) when (cannotListen is SocketException or IOException { InnerException: AddressInUseException })
        {
            var reason = cannotListen.Message.TrimEnd('.');
            return await RefuseAsync($"The service does not start: {reason}.\nSet another port with PORT=<number> (Listen__Port), another address with Listen__Address=<IP address>.");
        }
        catch (InvalidDataException unreadable)
        {
            // A settings file that is not JSON; the inner exception contains the position.
            return await RefuseAsync($"{unreadable.Message} {unreadable.InnerException?.Message}");
        }
    }

    private static string Help(string assembly) => $"""
        Usage: dotnet {assembly}.dll [--probe | --version | --help] [--Section:Name=value ...]

          --probe    ask the running service whether it is alive: exit code 0 if it is, 1 if not
          --version  print the version
          --help     print this text

        Settings are read from appsettings.json, the environment (Section__Name) and the command line; the later wins.
        Other names in the environment:

        {string.Join('\n', EnvironmentAliases.All.Select(a => $"  {a.Name,-28} {a.Setting}"))}

        SETTINGS.md describes all settings. Invalid settings end the process with exit code {InvalidSettings}.
        """;

    private static async Task<int> PrintAsync(string text)
    {
        await Console.Out.WriteLineAsync(text);
        return 0;
    }

    private static async Task<int> RefuseAsync(string text)
    {
        await Console.Error.WriteLineAsync(text);
        return InvalidSettings;
    }

    /// <summary>The first SIGINT (Ctrl+C) or SIGTERM stops the host, which closes its connections in order; a second one ends the process at once.</summary>
    private sealed class SecondSignal : IDisposable
    {
        private readonly PosixSignalRegistration _interrupt;
        private readonly PosixSignalRegistration _terminate;
        private int _count;

        public SecondSignal()
        {
            _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Received(130));
            _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Received(143));
        }

        public void Dispose()
        {
            _interrupt.Dispose();
            _terminate.Dispose();
        }

        private void Received(int exitCode)
        {
            if (Interlocked.Increment(ref _count) == 2) Environment.Exit(exitCode);
        }
    }
}
