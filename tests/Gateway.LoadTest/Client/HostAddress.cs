using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gateway.LoadTest.Client;

internal static class HostAddress
{
    /// <summary>The IPv4 address of a host, as a number.</summary>
    public static uint Of(string host)
    {
        if (host == "localhost") host = "127.0.0.1";
        if (!IPAddress.TryParse(host, out var address))
            address = Dns.GetHostAddresses(host, AddressFamily.InterNetwork) is [var first, ..] ? first : throw new IOException($"no IPv4 address for {host}");
        return BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
    }
}
