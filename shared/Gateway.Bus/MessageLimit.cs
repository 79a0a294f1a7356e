using Gateway.Contracts;

namespace Gateway.Bus;

internal static class MessageLimit
{
    public static string Text(int size) => $"a message is at most {Message.MaxBytes} bytes of JSON; this one has {size}";
}
