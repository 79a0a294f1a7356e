using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Requests;

/// <summary>
/// A request's JSON body as a record, or what is wrong with it by field. The record's annotations are the rules; depth and
/// duplicate names are refused as everywhere.
/// </summary>
public static class JsonBody
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 16, AllowDuplicateProperties = false };

    public static async Task<Body<T>> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            var value = await JsonSerializer.DeserializeAsync<T>(request.Body, Options, request.HttpContext.RequestAborted);
            if (value is null) return Faulty<T>("body", "A JSON object is expected.");
            var faults = Annotations<T>.Check(value, Options);
            return faults.Count == 0 ? new(value, Problem: null) : new(Value: null, Results.ValidationProblem(faults));
        }
        catch (JsonException e)
        {
            return Faulty<T>(FieldOf(e.Path), $"This is not the JSON that is expected here (near line {e.LineNumber + 1}, byte {e.BytePositionInLine}).");
        }
        catch (BadHttpRequestException e)
        {
            // Too large, or cut off: everyday outcomes, so no exception travels on.
            return new(Value: null, Results.Problem(e.Message, statusCode: e.StatusCode));
        }
    }

    private static Body<T> Faulty<T>(string field, string text)
        where T : class =>
        new(Value: null, Results.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [text] }));

    private static string FieldOf(string? path) => path is { Length: > 2 } && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
}
