using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.OpenApi;

public static class EndpointDocumentation
{
    /// <summary>Describes an endpoint with a JSON body that publishes: its request, its response, and the errors that all such endpoints have.</summary>
    public static RouteHandlerBuilder Describe<TRequest, TResponse>(this RouteHandlerBuilder endpoint, string summary, string description)
        where TRequest : class =>
        endpoint.WithSummary(summary).WithDescription(description)
            .Accepts<TRequest>("application/json")
            .Produces<TResponse>()
            .ProducesValidationProblem()
            .WithProblems(
                StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Adds statuses whose responses are problem details.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint;
    }
}
