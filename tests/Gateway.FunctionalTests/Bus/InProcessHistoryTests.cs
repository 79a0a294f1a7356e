using Microsoft.Extensions.DependencyInjection;

namespace Gateway.FunctionalTests.Bus;

internal sealed class InProcessHistoryTests : HistoryContractTests
{
    private FakeTime _time = null!;

    protected override Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    protected override Task<BusUnderTest> CreateAsync(Action<IServiceCollection> services)
    {
        _time = new FakeTime();
        return BusUnderTest.InProcessAsync(collection =>
        {
            services(collection);
            collection.AddSingleton<TimeProvider>(_time);
        });
    }
}
