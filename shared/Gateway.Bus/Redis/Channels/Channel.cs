using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>One channel and what its payloads mean.</summary>
/// <param name="Name">Its literal name.</param>
/// <param name="Target">Whom its messages go to.</param>
/// <param name="Kind">For logs and metrics: a fixed word, no name in it.</param>
/// <param name="Read">Payload → message.</param>
internal sealed record Channel(string Name, Target Target, string Kind, PayloadReader Read);
