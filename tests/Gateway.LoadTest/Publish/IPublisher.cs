namespace Gateway.LoadTest.Publish;

/// <summary>How messages get to the server.</summary>
internal interface IPublisher : IAsyncDisposable
{
    /// <summary>Hands over messages <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of the plan, in order.</summary>
    Task PublishAsync(PublishPlan plan, long first, int count, CancellationToken cancellation);
}
