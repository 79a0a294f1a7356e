namespace Gateway.Connections;

/// <summary>What is done with a client's message. The text is valid until the returned task ends; the next message waits for that.</summary>
internal delegate ValueTask MessageHandler(Connection connection, ReadOnlyMemory<byte> text);
