namespace Gateway.Bus;

/// <summary>The bus cannot be reached just now; the caller answers 503 and the client tries again.</summary>
public sealed class BusUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);
