using System.Diagnostics;
using System.Text.Json;

namespace Gateway.LoadTest.Client;

/// <summary>A worker process, as the tool controls it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    public static WorkerProcess Start(int loops)
    {
        var start = OwnProcess.Start(["worker", "--loops", $"{loops}"]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return new WorkerProcess(Process.Start(start) ?? throw new IOException("the worker process did not start"));
    }

    public async Task<Reply> SendAsync(Order order, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), limit.Token);
        await _process.StandardInput.FlushAsync(limit.Token);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new IOException("a worker process ended before its time");
        var reply = JsonSerializer.Deserialize<Reply>(line)!;
        return reply.Error is null ? reply : throw new IOException($"a worker failed: {reply.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await OwnProcess.EndAsync(_process);
    }
}
