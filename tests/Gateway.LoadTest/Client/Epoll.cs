using System.Runtime.InteropServices;

namespace Gateway.LoadTest.Client;

/// <summary>One epoll set; each watched descriptor has a number.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int Capacity = 512;

    // struct epoll_event is packed on x86 alone.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int Stride = DataAt + 8;

    private readonly int _fd = Libc.epoll_create1(0x80000);
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(Capacity * 16));

    public void Add(int fd, int id, uint interest) => Control(1, fd, id, interest);

    public void Change(int fd, int id, uint interest) => Control(3, fd, id, interest);

    /// <summary>Waits at most this long; returns the number of ready descriptors.</summary>
    public int Wait(int timeoutMs) => Math.Max(0, Libc.epoll_wait(_fd, _events, Capacity, timeoutMs));

    public (int Id, uint Events) this[int i]
    {
        get
        {
            var e = _events + i * Stride;
            return (*(int*)(e + DataAt), *(uint*)e);
        }
    }

    public void Dispose()
    {
        _ = Libc.close(_fd);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int fd, int id, uint interest)
    {
        var e = stackalloc byte[16];
        *(uint*)e = interest;
        *(long*)(e + DataAt) = id;
        if (Libc.epoll_ctl(_fd, operation, fd, e) != 0)
            throw new IOException($"epoll_ctl failed with error {Marshal.GetLastPInvokeError()}");
    }
}
