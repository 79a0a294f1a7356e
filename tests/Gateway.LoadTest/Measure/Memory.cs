using System.Globalization;

namespace Gateway.LoadTest.Measure;

/// <summary>Memory of a process and of the kernel's sockets, in KiB.</summary>
internal static class Memory
{
    private const int PageKib = 4;

    public static double ResidentKib(int pid) =>
        Number(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)), "VmRSS:");

    /// <summary>TCP buffers of all sockets of the machine.</summary>
    public static double SocketBuffersKib() =>
        Number(File.ReadLines("/proc/net/sockstat").First(l => l.StartsWith("TCP:", StringComparison.Ordinal)), " mem ") * PageKib;

    /// <summary>
    /// Memory the kernel holds for its objects, sockets among them. It includes the objects of all processes, so only differences are meaningful.
    /// </summary>
    public static double KernelObjectsKib() =>
        Number(File.ReadLines("/proc/meminfo").First(l => l.StartsWith("Slab:", StringComparison.Ordinal)), "Slab:");

    private static double Number(string line, string after)
    {
        var rest = line[(line.IndexOf(after, StringComparison.Ordinal) + after.Length)..].TrimStart();
        return double.Parse(rest.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
