using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Requests;

/// <param name="Value">The body, when it is good.</param>
/// <param name="Problem">The answer, when it is not.</param>
public readonly record struct Body<T>(T? Value, IResult? Problem)
    where T : class
{
    public bool IsFaulty([NotNullWhen(true)] out IResult? problem, [NotNullWhen(false)] out T? value)
    {
        (problem, value) = (Problem, Value);
        return problem is not null;
    }
}
