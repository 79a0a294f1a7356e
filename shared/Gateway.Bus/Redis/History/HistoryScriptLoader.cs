using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis.History;

/// <summary>
/// Reads the server's run id and loads the scripts that contain it: on every connection, because a server may have taken the place of
/// another, and whenever a script turns out to be unknown.
/// </summary>
internal sealed class HistoryScriptLoader(IOptions<RedisOptions> options, TimeProvider time)
{
    private const int RunLength = 16;

    private readonly RedisOptions _options = options.Value;
    private readonly RedisNames _names = new(options.Value.Prefix);
    private readonly Lock _gate = new();
    private volatile HistoryScripts? _loaded;
    private Task<HistoryScripts>? _loading;

    /// <summary>Null if nothing was loaded on this connection yet.</summary>
    public HistoryScripts? Current(int connection) => _loaded is { } scripts && scripts.Connection == connection ? scripts : null;

    /// <summary>The scripts that the server knows now. Calls made meanwhile share one load.</summary>
    /// <param name="database">Where to load them.</param>
    /// <param name="connection">The number of the connection.</param>
    /// <param name="unknown">Those that the server did not know.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<HistoryScripts> LoadAsync(IDatabase database, int connection, HistoryScripts? unknown, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Current(connection) is { } scripts && scripts != unknown) return Task.FromResult(scripts);
            if (_loading is not { IsCompleted: false }) _loading = LoadAsync(database, connection);
            return _loading.WaitAsync(_options.StateTimeout, time, cancellation);
        }
    }

    private async Task<HistoryScripts> LoadAsync(IDatabase database, int connection)
    {
        var isDurable = _options.Durable ?? await IsDurableAsync(database);
        var scripts = await RunAsync(database) is { } run
            ? new HistoryScripts(run, isDurable, connection)
            : await CountRunAsync(database, isDurable, connection);
        await Task.WhenAll(new[] { scripts.Publish, scripts.Position, scripts.Read }.Select(script => database.ExecuteAsync("SCRIPT", "LOAD", script.Text)));
        _loaded = scripts;
        return scripts;
    }

    /// <summary>Null if the server does not tell it.</summary>
    private static async Task<string?> RunAsync(IDatabase database)
    {
        const string Field = "run_id:";
        try
        {
            var info = (string?)await database.ExecuteAsync("INFO", "server") ?? "";
            var at = info.IndexOf(Field, StringComparison.Ordinal);
            if (at < 0) return null;
            var run = info.AsSpan(at + Field.Length);
            run = run[..run.IndexOfAny('\r', '\n')].Trim();
            // Enough to differ from every other one.
            return run.Length < RunLength ? null : run[..RunLength].ToString();
        }
        catch (RedisServerException e) when (RedisErrors.IsCommandRefused(e.Message))
        {
            return null;
        }
    }

    /// <summary>
    /// A number takes the place of the run id: the last one while its script is known, because then the server has not restarted since,
    /// else the next.
    /// </summary>
    private async Task<HistoryScripts> CountRunAsync(IDatabase database, bool isDurable, int connection)
    {
        if ((string?)await database.StringGetAsync(_names.Runs) is { } last && new HistoryScripts("n" + last, isDurable, connection) is var scripts
            && ((string[]?)await database.ExecuteAsync("SCRIPT", "EXISTS", scripts.Publish.ShaText))?[0] == "1") return scripts;
        return new HistoryScripts($"n{await database.StringIncrementAsync(_names.Runs)}", isDurable, connection);
    }

    private static async Task<bool> IsDurableAsync(IDatabase database)
    {
        try
        {
            var settings = (string[]?)await database.ExecuteAsync("CONFIG", "GET", "append*") ?? [];
            return IsSet("appendonly", "yes") && IsSet("appendfsync", "always");

            bool IsSet(string name, string value) => Array.IndexOf(settings, name) is var at and >= 0 && at + 1 < settings.Length && settings[at + 1] == value;
        }
        catch (RedisServerException e) when (RedisErrors.IsCommandRefused(e.Message))
        {
            return false;
        }
    }
}
