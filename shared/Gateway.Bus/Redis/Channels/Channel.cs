using System.Text;
using Gateway.Contracts;

namespace Gateway.Bus.Redis.Channels;

/// <summary>One channel and what its payloads mean.</summary>
/// <param name="name">Its literal name.</param>
/// <param name="target">Whom its messages go to.</param>
/// <param name="kind">For logs and metrics: a fixed word, no name in it.</param>
/// <param name="read">Payload → message.</param>
internal sealed class Channel(string name, Target target, string kind, PayloadReader read)
{
    /// <summary>As it travels. There is one for every user who is connected: the text it was made of is not kept.</summary>
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public Target Target => target;

    public string Kind => kind;

    public PayloadReader Read => read;
}
