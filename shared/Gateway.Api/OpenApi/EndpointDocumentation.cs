using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.OpenApi;

public static class EndpointDocumentation
{
    /// <summary>An endpoint that takes a JSON body and publishes: its shapes, and every answer that all of them share.</summary>
    public static RouteHandlerBuilder Describe<TRequest, TResponse>(this RouteHandlerBuilder endpoint, string summary, string description)
        where TRequest : class =>
        endpoint.WithSummary(summary).WithDescription(description)
            .Accepts<TRequest>("application/json")
            .Produces<TResponse>()
            .ProducesValidationProblem()
            .WithProblems(
                StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Statuses that are answered with problem details.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint;
    }
}
