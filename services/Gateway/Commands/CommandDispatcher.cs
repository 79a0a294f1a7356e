using System.Collections.Frozen;
using Gateway.Bus;
using Gateway.Connections;
using Gateway.Dialects;
using Gateway.Telemetry;
using Gateway.WebSockets;
using Microsoft.Extensions.Options;

namespace Gateway.Commands;

/// <summary>
/// Parses a client's message, runs its command and sends the response. Every client error becomes an error frame; only too many
/// errors close the connection.
/// </summary>
internal sealed partial class CommandDispatcher(
    IEnumerable<ClientCommand> commands,
    IOptions<ConnectionOptions> options,
    Lifecycle lifecycle,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<CommandDispatcher> logger)
{
    private readonly FrozenDictionary<string, ClientCommand> _commands = commands.ToFrozenDictionary(c => c.Type);

    public async ValueTask HandleAsync(Connection connection, ReadOnlyMemory<byte> text)
    {
        metrics.Received();
        var budget = connection.Budget ??= new InboundBudget(options.Value, time);
        // Parsed even beyond the rate limit, so that the error carries the client's ref. MaxErrorsPerMinute bounds the cost.
        using var parsed = connection.Dialect.Parse(text);
        if (options.Value.RateLimit == RateLimitPolicy.Refuse && !budget.TryTakeMessage())
        {
            Fail(connection, parsed.Reference, 429, $"more than {options.Value.MessagesPerSecond} messages per second (Connections:MessagesPerSecond)");
            return;
        }

        if (parsed.Command is not { } command)
        {
            Fail(connection, parsed.Reference, parsed.Code, parsed.Error!);
            return;
        }

        Respond(connection, command, await RunAsync(connection, command));
    }

    private async ValueTask<Reply> RunAsync(Connection connection, Command command)
    {
        if (!_commands.TryGetValue(command.Type, out var handler))
            return Reply.Invalid($"unknown type; the known ones are {string.Join(", ", _commands.Keys.Order(StringComparer.Ordinal))}");
        try
        {
            return await handler.RunAsync(connection, command, lifecycle.Ended);
        }
        catch (Exception e) when (e is BusUnavailableException or TimeoutException)
        {
            return Reply.BusUnavailable;
        }
        catch (OperationCanceledException)
        {
            return Reply.Unavailable("this gateway is shutting down; reconnect");
        }
        catch (Exception e)
        {
            Log.CommandFailed(logger, handler.Type, connection.Id, e);
            return new Reply(500, "the gateway failed to run this command; the error has been logged", []);
        }
    }

    private void Respond(Connection connection, Command command, in Reply reply)
    {
        if (reply.IsSent) return;
        if (reply.IsError) Fail(connection, command.Reference, reply.Code, reply.Error!);
        else if (reply.IsPong) connection.Send(connection.Dialect.Pong(command.Reference, time.GetUtcNow()));
        else if (command.Reference is { } reference) connection.Send(connection.Dialect.Ack(reference, reply.Content, time.GetUtcNow()));
    }

    private void Fail(Connection connection, string? reference, int code, string error)
    {
        connection.Send(connection.Dialect.Error(reference, code, error, time.GetUtcNow()));
        // Errors from 500 on are the gateway's own: a client that retries through an outage must not be closed for them.
        if (code < 500 && !connection.Budget!.TryTakeError())
            connection.Close(CloseCode.Policy.Because($"more than {options.Value.MaxErrorsPerMinute} errors in a minute (Connections:MaxErrorsPerMinute)"));
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Error, "Command {Type} of connection {ConnectionId} failed")]
        public static partial void CommandFailed(ILogger logger, string type, string connectionId, Exception exception);
    }
}
