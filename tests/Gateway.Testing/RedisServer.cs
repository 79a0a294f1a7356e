using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>A real redis-server of the test's own, on a free loopback port, in a directory that goes with it.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int PortAttempts = 5;

    private readonly string[] _arguments;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gateway-redis-");
    private Process? _process;
    private RedisCommands? _commands;

    private RedisServer(string? password, string[] arguments)
    {
        Password = password;
        _arguments = arguments;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public string Host => "127.0.0.1";

    public int Port { get; private set; }

    public string? Password { get; }

    /// <summary>The settings of a service that uses this server, as command-line arguments.</summary>
    public string[] Settings => Password is null
        ? [$"--Redis:Host={Host}", $"--Redis:Port={Port}"]
        : [$"--Redis:Host={Host}", $"--Redis:Port={Port}", $"--Redis:Password={Password}"];

    /// <param name="password">What clients must say, if anything.</param>
    /// <param name="arguments">More words for redis-server's command line.</param>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] arguments)
    {
        var server = new RedisServer(password, arguments);
        for (var attempt = 1; ; attempt++)
        {
            server.Port = FreePort();
            try
            {
                await server.StartAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < PortAttempts)
            {
                // Another process took the port between the look and the start.
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts it again, on the same port.</summary>
    public async Task StartAsync()
    {
        _process = Launch();
        await TestTimeout.Until(
            async () =>
            {
                if (_process.HasExited) throw new InvalidOperationException($"redis-server ended at once with code {_process.ExitCode}");
                return await AnswersAsync();
            },
            "redis-server to response");
    }

    /// <summary>An orderly stop; what it held is gone.</summary>
    public async Task StopAsync()
    {
        try
        {
            await CommandAsync("SHUTDOWN", "NOSAVE");
        }
        catch (IOException)
        {
            // It closes the connection instead of answering.
        }

        await EndedAsync();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process?.Kill();
        await EndedAsync();
    }

    /// <summary>One command; an array's elements stand on lines of their own.</summary>
    public async Task<string> CommandAsync(params string[] words)
    {
        _commands ??= await RedisCommands.ConnectAsync(Port, Password);
        try
        {
            return await _commands.SendAsync(words);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            Disconnect();
            throw;
        }
    }

    /// <summary>The same with words that are no text.</summary>
    public async Task<string> CommandAsync(byte[][] words)
    {
        _commands ??= await RedisCommands.ConnectAsync(Port, Password);
        return await _commands.SendAsync(words);
    }

    /// <summary>The response is how many subscribers heard it.</summary>
    public async Task<int> PublishAsync(string channel, string payload) => int.Parse(await CommandAsync("PUBLISH", channel, payload));

    /// <summary>The rows of CLIENT LIST whose client name begins like this, as their fields.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> ClientsAsync(string namePrefix, string type = "pubsub")
    {
        var rows = (await CommandAsync("CLIENT", "LIST", "TYPE", type)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. rows.Select(Fields).Where(f => f["name"].StartsWith(namePrefix, StringComparison.Ordinal))];
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        if (_process is not null) await KillAsync();
        Disconnect();
        _directory.Delete(recursive: true);
    }

    private static Dictionary<string, string> Fields(string row) =>
        row.Trim().Split(' ').Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1], StringComparer.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Launch()
    {
        string[] own = ["--port", $"{Port}", "--bind", Host, "--dir", _directory.FullName, "--save", "", "--appendonly", "no", "--loglevel", "warning"];
        string[] secret = Password is null ? [] : ["--requirepass", Password];
        var start = new ProcessStartInfo("redis-server", [.. own, .. secret, .. _arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        try
        {
            var process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new NotSupportedException("redis-server is not installed. These tests start a real one: install it (apt-get install redis-server) and run them again.", e);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await CommandAsync("PING") == "PONG";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
        catch (InvalidOperationException e) when (e.Message.StartsWith("LOADING", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private async Task EndedAsync()
    {
        Disconnect();
        if (_process is null) return;
        await TestTimeout.For(_process.WaitForExitAsync(), "redis-server to end");
        _process.Dispose();
        _process = null;
    }

    private void Disconnect()
    {
        _commands?.Dispose();
        _commands = null;
    }

    private void KillAtExit(object? sender, EventArgs e) => _process?.Kill();
}
