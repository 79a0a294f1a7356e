namespace Gateway.FunctionalTests.Bus;

internal sealed class InProcessBusTests : BusContractTests
{
    protected override Task<BusUnderTest> CreateAsync() => BusUnderTest.InProcessAsync();
}
