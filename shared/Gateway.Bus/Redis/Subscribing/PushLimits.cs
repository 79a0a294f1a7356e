using Gateway.Contracts;

namespace Gateway.Bus.Redis.Subscribing;

internal static class PushLimits
{
    /// <summary>Room for the largest message and what foreign publishers wrap around it; longer payloads never enter the buffer.</summary>
    public const int MaxPayload = Message.MaxBytes + 1024;
}
