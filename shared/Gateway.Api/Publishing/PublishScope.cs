using Gateway.Contracts;
using Gateway.Hosting.Identity;

namespace Gateway.Api.Publishing;

/// <summary>
/// The only mapping of a target to the scope that publishing to it needs. It takes the parsed target, never the name in a path or a
/// body: <c>user:bob</c> as the name of a room is the user bob.
/// </summary>
public static class PublishScope
{
    /// <summary>A task needs the scope of a room.</summary>
    public static string Of(Target target) => target.Kind switch
    {
        TargetKind.All => Scopes.PublishAll,
        TargetKind.User => Scopes.PublishUser,
        _ => Scopes.PublishRoom,
    };

    /// <summary>Null when the caller may publish to the target: operators to every target, others as their scopes allow.</summary>
    public static PublishError? ErrorFor(Caller caller, Target target) =>
        caller.HasScope(Of(target)) ? null : PublishError.Forbidden($"publishing to {target} needs the scope {Of(target)}");
}
