using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.FunctionalTests.Wire;

/// <summary>Debian's nginx in front of a gateway, with a configuration and a directory of its own.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gateway-nginx-");
    private readonly Process _process;

    private Nginx(Uri gateway)
    {
        Uri = new UriBuilder(gateway) { Port = FreePort() }.Uri;
        File.WriteAllText(Path.Combine(_directory.FullName, "nginx.conf"), $$"""
            daemon off; master_process off; pid nginx.pid; error_log stderr crit;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{Uri.Port}} backlog=1024;
                location / {
                  proxy_pass http://127.0.0.1:{{gateway.Port}};
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection "upgrade";
                }
              }
            }
            """);
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        _process = Process.Start(new ProcessStartInfo(program, ["-p", _directory.FullName + "/", "-c", "nginx.conf"]) { RedirectStandardError = true, UseShellExecute = false })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public Uri Uri { get; }

    public static async Task<Nginx> StartAsync(Uri gateway)
    {
        var nginx = new Nginx(gateway);
        await TestTimeout.Until(nginx.AcceptsAsync, "nginx to listen");
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<bool> AcceptsAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Uri.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
