namespace Gateway.Bus.Redis.Publishing;

/// <summary>The attempt ended before anything could have reached the server: it may be made again.</summary>
internal sealed class NotSentException(string reason, Exception? inner = null) : Exception(reason, inner);
