using Gateway.Contracts;
using Gateway.Rooms;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Gateway.UnitTests.Rooms;

internal sealed class RoomOptionsTests
{
    /// <summary>The list had no setter once, and the configured policies were silently passed over: rooms meant to be closed stood open.</summary>
    [Test]
    public void Configured_policies_come_before_the_built_in_ones()
    {
        using var app = GatewayApp.Create(
        [
            "--environment=Development", "--Auth:Secret=" + new string('s', 48),
            "--Rooms:Policies:0:Pattern=vip:*", "--Rooms:Policies:0:Join=Member", "--Rooms:Policies:0:Publish=closed",
        ]);
        var policies = app.Services.GetRequiredService<RoomPolicies>();

        Assert.That(policies.Of(Target.Room("vip:1")).Join, Is.EqualTo(Access.Member));
        Assert.That(policies.Of(Target.Room("vip:1")).Publish, Is.EqualTo(Access.Closed));
        Assert.That(policies.Of(Target.Room("lobby")).Join, Is.EqualTo(Access.Open));
    }
}
