using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting.Listening;

/// <summary>
/// Kestrel, stopping without waiting for requests that may never be complete. Kestrel alone (.NET 10) waits for a connection with half a
/// request until the host's shutdown timeout; the request header timeout has no effect by then.
/// </summary>
internal sealed class StoppingServer(IServer kestrel, TimeProvider time) : IServer
{
    /// <summary>For requests that are being processed, of which some may wait for the rest of their body.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For the last response to reach the kernel.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private volatile bool _stopping;

    public IFeatureCollection Features => kestrel.Features;

    /// <summary>Wraps the server that is registered so far.</summary>
    public static void Install(IServiceCollection services)
    {
        var kestrel = services.Last(s => s.ServiceType == typeof(IServer));
        services.AddSingleton<IServer>(p =>
            new StoppingServer((IServer)ActivatorUtilities.CreateInstance(p, kestrel.ImplementationType!), p.GetRequiredService<TimeProvider>()));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(new CountedApplication<TContext>(this, application), cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stopped = kestrel.StopAsync(abort.Token);
        _stopping = true;
        Ended(Volatile.Read(ref _requests));
        await WaitAsync(_idle.Task, RequestTimeout);
        await WaitAsync(stopped, SendTimeout);
        await abort.CancelAsync();
        await stopped;

        async Task WaitAsync(Task task, TimeSpan timeout)
        {
            if (!stopped.IsCompleted) await Task.WhenAny(task, stopped, Task.Delay(timeout, time, cancellationToken));
        }
    }

    public void Dispose() => kestrel.Dispose();

    private void Ended(int remaining)
    {
        if (remaining == 0 && _stopping) _idle.TrySetResult();
    }

    /// <summary>Counts the requests between their headers and the end of their response.</summary>
    private sealed class CountedApplication<TContext>(StoppingServer server, IHttpApplication<TContext> application) : IHttpApplication<TContext>
        where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            Interlocked.Increment(ref server._requests);
            return application.CreateContext(contextFeatures);
        }

        public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception)
        {
            application.DisposeContext(context, exception);
            server.Ended(Interlocked.Decrement(ref server._requests));
        }
    }
}
