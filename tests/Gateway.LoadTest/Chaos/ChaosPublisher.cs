using System.Net.Http.Headers;
using System.Net.Http.Json;
using Gateway.LoadTest.Client;

namespace Gateway.LoadTest.Chaos;

/// <summary>
/// Publishes numbered messages to rooms in turn, over HTTP. The next message of a room waits for the acknowledgement of the one before; a
/// publish that fails is repeated with its id until it is acknowledged.
/// </summary>
internal sealed class ChaosPublisher : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly long[] _acknowledged;

    public ChaosPublisher(ChaosPlan plan, ChaosCluster cluster, TokenMint tokens)
    {
        _acknowledged = new long[plan.Rooms];
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{cluster.AdminPort}/"), Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.ForPublisher());
    }

    /// <summary>Publishes that were answered by an error, and repeated.</summary>
    public long Repeated { get; private set; }

    public long Acknowledged(int room) => Interlocked.Read(ref _acknowledged[room]);

    public Task RunAsync(ChaosPlan plan, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, plan.Rooms).Select(room => PublishAsync(plan, room, cancellation)));

    public void Dispose() => _http.Dispose();

    private async Task PublishAsync(ChaosPlan plan, int room, CancellationToken cancellation)
    {
        var interval = TimeSpan.FromSeconds(plan.Rooms / plan.Rate);
        var started = TimeProvider.System.GetTimestamp();
        await Task.Delay(interval * room / plan.Rooms, cancellation);
        using var timer = new PeriodicTimer(interval);
        for (long number = 1; TimeProvider.System.GetElapsedTime(started).TotalSeconds < plan.Seconds; number++)
        {
            await PublishAsync(room, number, cancellation);
            Interlocked.Exchange(ref _acknowledged[room], number);
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private async Task PublishAsync(int room, long number, CancellationToken cancellation)
    {
        var body = new { target = $"room:{ChaosPlan.NameOf(room)}", type = "chaos", id = $"c-{room}-{number}", content = new { n = number } };
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await _http.PostAsJsonAsync("publish", body, cancellation);
                if (response.IsSuccessStatusCode) return;
                if ((int)response.StatusCode < 500) throw new IOException($"publishing was refused: {response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                // Repeated below.
            }

            Repeated++;
            if (TimeProvider.System.GetElapsedTime(started) > MaxRetry) throw new TimeoutException($"a publish was not acknowledged within {MaxRetry.TotalSeconds:0} s");
            await Task.Delay(RetryDelay, cancellation);
        }
    }
}
