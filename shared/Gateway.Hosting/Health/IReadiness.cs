namespace Gateway.Hosting.Health;

/// <summary>A part of the service that can say: send me no new clients. Any number may be registered.</summary>
public interface IReadiness
{
    /// <summary>As it stands in the answer of <c>/health/ready</c>: <c>drain</c>.</summary>
    string Name { get; }

    /// <summary>Why not; null while ready. Asked at every probe, so it must be quick.</summary>
    string? Fault { get; }
}
