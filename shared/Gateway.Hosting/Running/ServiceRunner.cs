using System.Net.Sockets;
using System.Runtime.InteropServices;
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
            using var signals = new SecondSignal();
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException wrong)
        {
            return await Refuse(wrong.Message);
        }
        catch (Exception cannotListen) when (cannotListen is SocketException or IOException { InnerException: AddressInUseException })
        {
            var reason = cannotListen.Message.TrimEnd('.');
            return await Refuse($"The service does not start: {reason}.\nSet another port with PORT=<number> (Listen__Port), another address with Listen__Address=<IP address>.");
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
