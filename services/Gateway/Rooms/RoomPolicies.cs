using Gateway.Contracts;
using Gateway.Registry;
using Microsoft.Extensions.Options;

namespace Gateway.Rooms;

/// <summary>Finds the policy of a target: first the configured policies in their order, then the built-in ones.</summary>
internal sealed class RoomPolicies(IOptions<RoomOptions> options) : TargetPolicies
{
    private static readonly RoomPolicy[] BuiltIn =
    [
        new() { Pattern = "user:*", Join = Access.Owner, Publish = Access.Closed },
        new() { Pattern = "task:*", Join = Access.Owner, Publish = Access.Closed, Rewind = 1 },
        new() { Pattern = "ops:*", Join = Access.Operator, Publish = Access.Operator },
        new() { Pattern = "*", Join = Access.Open, Publish = Access.Member },
    ];

    private readonly RoomPolicy[] _policies = [.. options.Value.Policies, .. BuiltIn];

    public RoomPolicy Of(Target target) => Array.Find(_policies, policy => policy.Matches(target))!;

    public override TargetPolicy Handling(Target target) => Of(target).Handling;
}
