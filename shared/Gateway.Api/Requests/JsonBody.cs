using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Hosting.Problems;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.Requests;

/// <summary>
/// Reads a request's JSON body as a record and reports errors by field. Unknown and duplicate fields are errors, and the record's
/// annotations are checked. Used instead of the framework's binding and <c>AddValidation</c> (ASP.NET Core 10): binding responds to a body
/// that does not fit the record without naming the field (https://github.com/dotnet/aspnetcore/issues/62202), and validation does not
/// report errors under the names in the JSON (https://github.com/dotnet/aspnetcore/issues/63290).
/// </summary>
public static class JsonBody
{
    private const int MaxShownLength = 64;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 16,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static async Task<Body<T>> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            var value = await JsonSerializer.DeserializeAsync<T>(request.Body, Options, request.HttpContext.RequestAborted);
            if (value is null) return Invalid<T>("body", "A JSON object is expected.");
            var errors = Annotations<T>.Check(value, Options);
            return errors.Count == 0 ? new(value, Problem: null) : new(Value: null, Results.ValidationProblem(errors));
        }
        catch (JsonException e)
        {
            var field = FieldOf(e.Path);
            return Invalid<T>(field ?? "body", Annotations<T>.ReadError(e, field, Options));
        }
        catch (BadHttpRequestException e)
        {
            // Too large, or incomplete: expected outcomes.
            return new(Value: null, request.HttpContext.BodyProblem(e));
        }
    }

    /// <summary>The response to a body that could not be read from the connection.</summary>
    public static IResult BodyProblem(this HttpContext context, BadHttpRequestException exception) => Results.Problem(
        exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? context.BodyTooLarge() : exception.Message, statusCode: exception.StatusCode);

    private static Body<T> Invalid<T>(string field, string text)
        where T : class =>
        new(Value: null, Results.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [text] }));

    /// <summary>The field of the path <c>$.name</c> or, for a name of other characters than letters and digits, <c>$['na me']</c>; null for <c>$</c>.</summary>
    private static string? FieldOf(string? path)
    {
        var name = path switch
        {
            ['$', '.', .. var plain] => plain,
            ['$', '[', '\'', .. var quoted, '\'', ']'] => quoted.Replace("\\'", "'", StringComparison.Ordinal),
            _ => null,
        };
        return name is { Length: > MaxShownLength } ? name[..MaxShownLength] + "…" : name;
    }
}

/// <param name="Value">The body, when it is valid.</param>
/// <param name="Problem">The response, when it is not.</param>
public readonly record struct Body<T>(T? Value, IResult? Problem)
    where T : class
{
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out IResult? problem)
    {
        (value, problem) = (Value, Problem);
        return problem is null;
    }
}
