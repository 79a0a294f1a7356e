using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Hosting;

/// <param name="Name">As it stands in logs, in <c>/health</c> and in error texts: <c>gateway</c>.</param>
/// <param name="DefaultPort">Where it listens when <c>Listen:Port</c> (<c>PORT</c>) says nothing.</param>
/// <param name="Connections">Applied to what it listens on, after TLS: a place for connection middleware.</param>
public sealed record ServiceInfo(string Name, int DefaultPort, Action<ListenOptions>? Connections = null);
