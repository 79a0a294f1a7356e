using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gateway.Bus.Redis.Subscribing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Bus.Redis;

/// <summary>Resolves a host name. Replaced in tests.</summary>
internal delegate IPAddress[] HostResolver(string host);

/// <summary>
/// How this process reaches the server and authenticates: address, TLS, AUTH, timeout and delays, for the subscription connection and
/// for the library that publishes. The library is given the address that answered here, because it connects to the first address of a
/// name only, and because its errors do not say why a server refused it.
/// </summary>
internal sealed class RedisConnector(IOptions<RedisOptions> options, HostResolver resolve)
{
    private readonly RedisOptions _options = options.Value;

    public RedisEndpoint Endpoint { get; } = RedisEndpoint.From(options.Value);

    public Backoff NewBackoff() => new(_options.MaxRetryDelay);

    /// <summary>
    /// Connects and authenticates within the timeout. Blocks: one asynchronous call on the socket would make all later blocking reads
    /// slower. The token and the timeout close the socket under the call.
    /// </summary>
    /// <param name="clientName">Its name in CLIENT LIST.</param>
    /// <param name="first">The address that is tried first, if the name still has it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public RedisSocket Connect(string clientName, IPAddress? first, CancellationToken cancellation)
    {
        var addresses = Addresses(first);
        for (var i = 0; ; i++)
        {
            try
            {
                // A silent address must leave time for the others.
                return Connect(addresses[i], clientName, _options.ConnectTimeout / addresses.Length, cancellation);
            }
            catch (Exception e) when (i < addresses.Length - 1 && (e is SocketException or IOException or TimeoutException))
            {
                // The next address of the name may answer.
            }
        }
    }

    /// <summary>The same server, address and credentials for the library.</summary>
    public ConfigurationOptions LibraryOptions(IPAddress address)
    {
        var timeout = (int)_options.ConnectTimeout.TotalMilliseconds;
        return new ConfigurationOptions
        {
            EndPoints = { new IPEndPoint(address, Endpoint.Port) },
            Password = Endpoint.Password,
            Ssl = Endpoint.Tls,
            SslHost = Endpoint.Tls ? Endpoint.Host : null,
            DefaultDatabase = Endpoint.Database,
            ClientName = _options.ClientName + "-publish",
            AbortOnConnectFail = false,
            ConnectTimeout = timeout,
            SyncTimeout = timeout,
            ReconnectRetryPolicy = new LinearRetry((int)_options.MaxRetryDelay.TotalMilliseconds),
            KeepAlive = 5,
            // Without the subscription commands the library opens no second connection. Without ECHO it tests the connection with
            // PING, which servers are less likely to rename.
            CommandMap = CommandMap.Create(["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "ECHO"], available: false),
        };
    }

    private IPAddress[] Addresses(IPAddress? first)
    {
        // The library publishes over IPv4 only, and both connections must reach the same server.
        var all = Array.FindAll(resolve(Endpoint.Host), address => address.AddressFamily == AddressFamily.InterNetwork);
        if (all.Length == 0) throw new RedisRefusedException($"the host {Endpoint.Host} has no IPv4 address");
        if (first is not null && Array.IndexOf(all, first) is var at and > 0) (all[0], all[at]) = (all[at], all[0]);
        return all;
    }

    private RedisSocket Connect(IPAddress address, string clientName, TimeSpan timeout, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using var closing = limit.Token.Register(socket.Dispose);
        try
        {
            socket.Connect(address, Endpoint.Port);
            var connection = new RedisSocket(socket, Secure(new NetworkStream(socket, ownsSocket: true)), address);
            connection.Authenticate(Endpoint.Password, clientName);
            return connection;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (!limit.IsCancellationRequested) throw;
            cancellation.ThrowIfCancellationRequested();
            throw new TimeoutException($"no connection to {address} within {timeout.TotalMilliseconds:0} ms", e);
        }
    }

    private Stream Secure(NetworkStream stream)
    {
        if (!Endpoint.Tls) return stream;
        var tls = new SslStream(stream);
        tls.AuthenticateAsClient(Endpoint.Host);
        return tls;
    }
}

/// <summary>An authenticated connection. Blocking, for one thread at a time; <see cref="Close"/> may be called by any.</summary>
internal sealed class RedisSocket(Socket socket, Stream stream, IPAddress address) : IDisposable
{
    public IPAddress Address => address;

    public Stream Stream => stream;

    /// <summary>Why the server does not name this connection in CLIENT LIST, or null.</summary>
    public string? NameError { get; private set; }

    /// <summary>Why the server refuses PING, or null.</summary>
    public string? PingError { get; private set; }

    public void Authenticate(string? password, string clientName)
    {
        if (password is not null && Ask("AUTH", password) is { } error) throw new RedisRefusedException(error);
        NameError = Ask("CLIENT", "SETNAME", clientName);
        // CLIENT may be renamed or forbidden, and only serves operators. Any other error says that the server accepts no commands.
        if (NameError is not null && !RedisErrors.IsCommandRefused(NameError)) throw new RedisRefusedException(NameError);
        PingError = Ask("PING");
    }

    /// <summary>One command with a status reply: the server's error, or null.</summary>
    public string? Ask(params ReadOnlySpan<string> words)
    {
        var command = new ArrayBufferWriter<byte>();
        command.WriteCommand(words);
        stream.Write(command.WrittenSpan);
        var reply = new byte[RespReader.MaxLine];
        for (var length = 0; length < reply.Length; length++)
        {
            if (stream.Read(reply, length, 1) == 0) throw new EndOfStreamException("the server closed the connection");
            if (reply[length] != '\n') continue;
            if (reply[0] is not ((byte)'+' or (byte)'-')) throw new InvalidDataException("the server sent an unexpected reply");
            return reply[0] == '-' ? RedisErrors.Shorten(Encoding.UTF8.GetString(reply, 1, length - 1)) : null;
        }

        throw new InvalidDataException("the server sent a line without an end");
    }

    /// <summary>Closes the socket under a blocked read or write.</summary>
    public void Close() => socket.Dispose();

    public void Dispose() => stream.Dispose();
}
