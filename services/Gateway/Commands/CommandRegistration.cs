namespace Gateway.Commands;

internal static class CommandRegistration
{
    public static void AddCommands(this IServiceCollection services)
    {
        services.AddSingleton<CommandDispatcher>();
        services.AddSingleton<ClientPublisher>();
        services.AddCommand<Ping>();
        services.AddCommand<JoinRoom>();
        services.AddCommand<LeaveRoom>();
        services.AddCommand<RoomMessage>();
        services.AddCommand<UserMessage>();
        services.AddCommand<Chat>();
        services.AddCommand<RefreshToken>();
        services.AddCommand<Resume>();
        services.AddCommand<History>();
        services.AddCommand<RoomMembers>();
    }

    private static void AddCommand<T>(this IServiceCollection services)
        where T : ClientCommand
    {
        services.AddSingleton<T>();
        services.AddSingleton<ClientCommand>(provider => provider.GetRequiredService<T>());
    }
}
