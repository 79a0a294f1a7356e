using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gateway.Testing;

/// <summary>A service as a process of its own, with nothing but the environment it is given.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ServiceProcess(Process process) => _process = process;

    /// <summary>What it has written to its output and its error output.</summary>
    public string Output => string.Join('\n', _lines);

    public static ServiceProcess Start(string assembly, params (string Name, string Value)[] environment) =>
        Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly)]), environment);

    /// <summary>With <c>ulimit -n</c>.</summary>
    public static ServiceProcess StartWithDescriptors(int limit, string assembly, params (string Name, string Value)[] environment) =>
        Start(new ProcessStartInfo("bash", ["-c", $"ulimit -n {limit}; exec dotnet \"$0\"", Path.Combine(AppContext.BaseDirectory, assembly)]), environment);

    public static ServiceProcess StartWithArguments(string assembly, params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]), []);

    private static ServiceProcess Start(ProcessStartInfo start, (string Name, string Value)[] environment)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        foreach (var name in start.Environment.Keys.Where(n => n.Contains("__", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["Listen__Address"] = "127.0.0.1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var service = new ServiceProcess(Process.Start(start)!);
        service._process.OutputDataReceived += (_, line) => service.Keep(line.Data);
        service._process.ErrorDataReceived += (_, line) => service.Keep(line.Data);
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        return service;
    }

    /// <summary>Where it listens, as soon as it does.</summary>
    public async Task<Uri> UriAsync()
    {
        string? line = null;
        await TestTimeout.Until(
            () =>
            {
                if (_process.HasExited) throw new InvalidOperationException("the service ended:\n" + Output);
                return (line = _lines.FirstOrDefault(l => l.Contains(Listening, StringComparison.Ordinal))) is not null;
            },
            "the service to listen");
        return new Uri(line![(line!.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
    }

    /// <param name="name">As <c>kill</c> has it: <c>TERM</c>.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await TestTimeout.For(kill.WaitForExitAsync(), "kill");
    }

    public async Task<int> ExitCodeAsync()
    {
        await TestTimeout.For(_process.WaitForExitAsync(), "the service to end");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
    }
}
