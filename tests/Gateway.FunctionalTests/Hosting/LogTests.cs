using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Gateway.FunctionalTests.Hosting;

/// <summary>Tokens travel in query strings where clients cannot do otherwise; no log may keep them.</summary>
internal sealed class LogTests
{
    private const string Canary = "canary-5d1b";

    [TestCase("--Logging:Json=false")]
    [TestCase("--Logging:Json=true")]
    public async Task With_every_log_at_Trace_no_query_and_no_token_is_written(string format)
    {
        var console = Console.Out;
        var output = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            var service = await BareService.StartAsync(
                format, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace",
                "--Logging:Console:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace");
            await using (service)
            {
                foreach (var path in new[] { "/health/live", "/me", "/nowhere", "/broken", "/body" })
                    (await service.GetAsync($"{path}?token={Canary}&access_token={Canary}", Tokens.For("ann", ("jti", Canary)) + Canary)).Dispose();
                await SendBadRequestLine(service.Client.BaseAddress!.Port);
            }
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(output.ToString(), Does.Contain("/broken"), "the log was not captured");
        Assert.That(output.ToString(), Does.Not.Contain(Canary));
    }

    private static async Task SendBadRequestLine(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET /ws?token={Canary} HTTP/9.9\r\nHost: x\r\n\r\n"));
        await TestTimeout.For(socket.ReceiveAsync(new byte[1000]), "the response to a bad request line");
    }
}
