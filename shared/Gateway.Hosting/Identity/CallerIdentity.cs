using System.Security.Claims;

namespace Gateway.Hosting.Identity;

/// <summary>Carries the <see cref="Caller"/> through ASP.NET's authentication.</summary>
internal sealed class CallerIdentity(Caller caller, string scheme) : ClaimsIdentity(scheme)
{
    public Caller Caller { get; } = caller;

    public override string Name => Caller.UserName;
}
