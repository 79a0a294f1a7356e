using Gateway.Api.Publishing;
using Gateway.Contracts;
using Gateway.Hosting.Identity;
using NUnit.Framework;

namespace Gateway.UnitTests.Api;

internal sealed class PublishScopeTests
{
    [TestCase("publish:all", "all", true)]
    [TestCase("publish:all", "room:a", false)]
    [TestCase("publish:room", "room:a", true)]
    [TestCase("publish:room", "task:a", true)]
    [TestCase("publish:room", "all", false)]
    [TestCase("publish:user", "user:a", true)]
    [TestCase("publish:user", "task:a", false)]
    [TestCase("", "user:a", false)]
    public void A_scope_reaches_its_own_kind_of_target(string scope, string target, bool expected)
    {
        Assert.That(Target.TryParse(target, out var parsed));
        Assert.That(PublishScope.ErrorFor(With(scope, isOperator: false), parsed) is null, Is.EqualTo(expected));
        Assert.That(PublishScope.ErrorFor(With(scope, isOperator: true), parsed), Is.Null, "an operator reaches all");
    }

    private static Caller With(string scope, bool isOperator) =>
        new() { UserId = "a", UserName = "a", ExpiresAt = DateTimeOffset.MaxValue, Scopes = [scope], IsOperator = isOperator };
}
