using System.Diagnostics;

namespace Gateway.LoadTest.Servers;

/// <summary>A server process of this run: started, waited for, and ended with the run.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ChildServer(Process process) => _process = process;

    public int Pid => _process.Id;

    public static async Task<ChildServer> StartAsync(ProcessStartInfo start, int port, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var child = new ChildServer(Process.Start(start) ?? throw new IOException($"{start.FileName} did not start"));
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        await child.WaitAsync(start, port, cancellation);
        return child;
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await OwnProcess.EndAsync(_process);
    }

    private async Task WaitAsync(ProcessStartInfo start, int port, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listening = FreePort.WaitAsync(port, StartTimeout, ended.Token);
        if (await Task.WhenAny(listening, _process.WaitForExitAsync(ended.Token)) == listening && listening.IsCompletedSuccessfully)
        {
            await ended.CancelAsync();
            return;
        }

        await ended.CancelAsync();
        await DisposeAsync();
        cancellation.ThrowIfCancellationRequested();
        throw new IOException($"{start.FileName} {string.Join(' ', start.ArgumentList)} does not listen on port {port}; its output:\n{LastOutput()}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line.Data);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
        }
    }

    private string LastOutput()
    {
        lock (_lastLines) return string.Join('\n', _lastLines);
    }
}
