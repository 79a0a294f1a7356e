using System.Globalization;

namespace Gateway.LoadTest.Measure;

/// <summary>The process that listens on a port: /proc/net/tcp contains the socket, /proc/&lt;pid&gt;/fd its owner.</summary>
internal static class ListeningProcess
{
    private const string Listening = "0A";

    public static int? Find(int port)
    {
        var inodes = File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6")).Select(l => Inode(l, port)).OfType<string>().ToHashSet();
        return inodes.Count == 0 ? null : Pids().FirstOrDefault(pid => Owns(pid, inodes));
    }

    private static string? Inode(string line, int port)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[3] != Listening) return null;
        var hex = fields[1][(fields[1].LastIndexOf(':') + 1)..];
        return int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port ? $"socket:[{fields[9]}]" : null;
    }

    private static IEnumerable<int?> Pids() =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var pid) ? pid : (int?)null).Where(p => p is not null);

    private static bool Owns(int? pid, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false) is { } target && inodes.Contains(Path.GetFileName(target.FullName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
