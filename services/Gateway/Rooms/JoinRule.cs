using Gateway.Bus;
using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Rooms;

/// <summary>Whether a caller may join a target or publish to it.</summary>
internal sealed class JoinRule(RoomPolicies policies, TaskOwners tasks)
{
    public async ValueTask<bool> MayJoinAsync(Caller caller, Target target, CancellationToken cancellation) => JoinOf(caller, target) switch
    {
        Access.Open => true,
        Access.Member => caller.RoomPatterns.Any(pattern => pattern.Matches(target.RoomName)),
        Access.Operator => caller.IsOperator,
        Access.Owner => target.Kind switch
        {
            TargetKind.User => target.Name == caller.UserId,
            TargetKind.Task => await tasks.ClaimAsync(target.Name, caller.UserId, cancellation) == caller.UserId,
            _ => false,
        },
        _ => false,
    };

    public bool MayPublish(Caller caller, Target target, bool isMember) => policies.Of(target).Publish switch
    {
        Access.Open => true,
        Access.Member => isMember,
        Access.Operator => caller.IsOperator,
        Access.Owner => target.Kind == TargetKind.User && target.Name == caller.UserId,
        _ => false,
    };

    /// <summary>Whether publishing needs membership: then a non-member gets 404 (join first), not 403.</summary>
    public bool NeedsMembership(Target target) => policies.Of(target).Publish == Access.Member;

    /// <summary>
    /// The claim <c>subscribe</c> opens any room. Users and tasks stay restricted to their owners whatever claim or policy says:
    /// a pattern as wide as <c>*</c> must not open a user's own messages.
    /// </summary>
    private Access JoinOf(Caller caller, Target target)
    {
        if (target.Kind == TargetKind.Room) return caller.Subscribe.Contains(target.Name) ? Access.Open : policies.Of(target).Join;
        return policies.Of(target).Join == Access.Closed ? Access.Closed : Access.Owner;
    }
}
