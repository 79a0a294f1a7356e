namespace Gateway.Bus.Redis;

/// <summary>An error reply; the message is the server's words.</summary>
internal sealed class RedisRefusedException(string words) : Exception(words);
