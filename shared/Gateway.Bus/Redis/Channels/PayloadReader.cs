using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>Payload → message. Never throws; false comes with a text that repeats nothing of the payload. The payload's memory stays as it is.</summary>
internal delegate bool PayloadReader(ReadOnlyMemory<byte> payload, Target target, DateTimeOffset now, out Message? message, out string? error);
