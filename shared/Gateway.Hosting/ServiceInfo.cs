namespace Gateway.Hosting;

/// <param name="Name">As it stands in logs, in <c>/health</c> and in error texts: <c>gateway</c>.</param>
/// <param name="DefaultPort">Where it listens when <c>Listen:Port</c> (<c>PORT</c>) says nothing.</param>
public sealed record ServiceInfo(string Name, int DefaultPort);
