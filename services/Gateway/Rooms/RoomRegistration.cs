using Gateway.Bus;
using Gateway.Hosting.Options;
using Gateway.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Rooms;

internal static class RoomRegistration
{
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddValidatedOptions<RoomOptions>("Rooms");
        services.AddValidatedOptions<TaskOptions>("Tasks");
        services.AddSingleton<RoomPolicies>();
        services.AddSingleton<TargetPolicies>(provider => provider.GetRequiredService<RoomPolicies>());
        services.TryAddSingleton<TaskOwners>();
        services.AddSingleton<JoinRule>();
        services.AddSingleton<Membership>();
    }
}
