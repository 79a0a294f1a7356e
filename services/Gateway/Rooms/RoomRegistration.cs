using Gateway.Hosting.Settings;
using Gateway.Registry;

namespace Gateway.Rooms;

internal static class RoomRegistration
{
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddSettings<RoomOptions>("Rooms");
        services.AddSettings<TaskOptions>("Tasks");
        services.AddSingleton<RoomPolicies>();
        services.AddSingleton<TargetPolicies>(provider => provider.GetRequiredService<RoomPolicies>());
        services.AddSingleton<TaskOwners>();
        services.AddSingleton<JoinRule>();
        services.AddSingleton<Membership>();
    }
}
