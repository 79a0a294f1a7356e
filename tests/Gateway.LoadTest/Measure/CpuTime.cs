using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Measure;

/// <summary>CPU a process has used, in µs. The kernel counts it in ticks of 10 ms.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CpuTime(double UserUs, double SystemUs)
{
    private const double UsPerTick = 10_000;

    public double TotalUs => UserUs + SystemUs;

    public static CpuTime operator +(CpuTime a, CpuTime b) => new(a.UserUs + b.UserUs, a.SystemUs + b.SystemUs);

    public static CpuTime operator -(CpuTime a, CpuTime b) => new(a.UserUs - b.UserUs, a.SystemUs - b.SystemUs);

    public static CpuTime Of(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        // The second field is the name in parentheses and may hold spaces; utime and stime are fields 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new CpuTime(Ticks(fields[11]), Ticks(fields[12]));
    }

    private static double Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture) * UsPerTick;
}
