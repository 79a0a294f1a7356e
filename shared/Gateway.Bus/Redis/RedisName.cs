using System.Security.Cryptography;

namespace Gateway.Bus.Redis;

internal static class RedisName
{
    /// <summary>The machine's name (a pod's, in Kubernetes) and a random end, since a machine may run several.</summary>
    public static string ForThisProcess()
    {
        var machine = string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_').Take(64));
        return $"gateway-{machine}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    }
}
