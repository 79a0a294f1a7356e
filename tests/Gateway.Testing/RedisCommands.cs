using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing;

/// <summary>A bare RESP2 connection for tests: commands as words, replies as text (arrays one element per line). An error reply is thrown.</summary>
internal sealed class RedisCommands : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly BufferedStream _stream;
    private readonly SemaphoreSlim _turn = new(1);

    private RedisCommands(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = new BufferedStream(tcp.GetStream(), 16 * 1024);
    }

    public static async Task<RedisCommands> ConnectAsync(int port, string? password)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync("127.0.0.1", port);
            var commands = new RedisCommands(tcp);
            if (password is not null) await commands.SendAsync("AUTH", password);
            return commands;
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    public Task<string> SendAsync(params string[] words) => SendAsync(words.Select(Encoding.UTF8.GetBytes).ToArray());

    public async Task<string> SendAsync(byte[][] words)
    {
        using var limit = new CancellationTokenSource(TestTimeout.Limit);
        await _turn.WaitAsync(limit.Token);
        try
        {
            await WriteAsync(words, limit.Token);
            return await ReadAsync(limit.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A line of RESP, without its end.</summary>
    public static async Task<string> LineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, cancellation);
            if (one[0] == '\n') return line.ToString(0, line.Length - 1);
            line.Append((char)one[0]);
        }
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _turn.Dispose();
    }

    private async Task WriteAsync(byte[][] words, CancellationToken cancellation)
    {
        using var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
        foreach (var word in words)
        {
            request.Write(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
            request.Write(word);
            request.Write("\r\n"u8);
        }

        await _stream.WriteAsync(request.ToArray(), cancellation);
        await _stream.FlushAsync(cancellation);
    }

    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
        var line = await LineAsync(_stream, cancellation);
        switch (line[0])
        {
            case '-':
                throw new InvalidOperationException(line[1..]);
            case '$':
                var length = int.Parse(line[1..]);
                if (length < 0) return "(nil)";
                var bytes = new byte[length + 2];
                await _stream.ReadExactlyAsync(bytes, cancellation);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case '*':
                var elements = new string[Math.Max(0, int.Parse(line[1..]))];
                for (var i = 0; i < elements.Length; i++) elements[i] = await ReadAsync(cancellation);
                return string.Join('\n', elements);
            default:
                return line[1..];
        }
    }
}
