using System.Diagnostics;
using System.Globalization;
using Gateway.Bus;
using Gateway.Bus.Redis;
using Gateway.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Benchmarks;

/// <summary>
/// CPU of this process per publish, with and without history, at a Redis that runs: <c>-- publish-cost redis://127.0.0.1:6379</c>. Not a
/// BenchmarkDotNet class, because that measures time, which includes the server's.
/// </summary>
internal static class PublishCost
{
    private const int InFlight = 100;
    private const int Calls = 20_000;
    private const int Rounds = 9;

    public static async Task RunAsync(string redis)
    {
        await using var with = await StartAsync(redis, history: true);
        await using var without = await StartAsync(redis, history: false);
        (string Name, IMessagePublisher Publisher, bool HasId)[] cases =
        [
            ("without history", without.GetRequiredService<IMessagePublisher>(), false), ("with history", with.GetRequiredService<IMessagePublisher>(), false),
            ("without history, with an id", without.GetRequiredService<IMessagePublisher>(), true), ("with history and an id", with.GetRequiredService<IMessagePublisher>(), true),
        ];
        var costs = cases.Select(_ => new List<double>()).ToArray();
        // The first round warms up. The cases take turns, so that what else the machine does meets them alike.
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var cost = await MeasureAsync(cases[i].Publisher, cases[i].HasId);
                if (round > 0) costs[i].Add(cost);
            }
        }

        for (var i = 0; i < cases.Length; i++)
        {
            costs[i].Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases[i].Name}: {costs[i][Rounds / 2]:0.0} µs of CPU per publish ({costs[i][0]:0.0}–{costs[i][^1]:0.0})"));
        }
    }

    private static async Task<double> MeasureAsync(IMessagePublisher publisher, bool hasId)
    {
        var message = Sample.Message();
        var results = new Task<PublishResult>[InFlight];
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var sent = 0; sent < Calls; sent += InFlight)
        {
            for (var i = 0; i < InFlight; i++) results[i] = publisher.PublishAsync(message with { Id = MessageId.New(TimeProvider.System.GetUtcNow()) }, hasId, CancellationToken.None).AsTask();
            if ((await Task.WhenAll(results)).FirstOrDefault(r => r.Status != PublishStatus.Accepted) is { Reason: { } reason }) throw new InvalidOperationException(reason);
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / Calls;
    }

    private static async Task<ServiceProvider> StartAsync(string redis, bool history)
    {
        var services = new ServiceCollection().AddLogging().AddRedisBus();
        services.Configure<RedisOptions>(options => options.Uri = redis).Configure<HistoryOptions>(options => options.Enabled = history);
        var provider = services.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        for (var tries = 0; !provider.GetRequiredService<IBusHealth>().Current.Connected; tries++)
        {
            if (tries == 100) throw new InvalidOperationException($"no connection to Redis: {provider.GetRequiredService<IBusHealth>().Current.Reason}");
            await Task.Delay(50);
        }

        return provider;
    }
}
