using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace UserApi;

/// <summary>Runs before a body is read, since the endpoints read theirs themselves.</summary>
internal sealed class BodyLimit(IOptions<BodySettings> settings) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = settings.Value.MaxUserBodyBytes;
        return next(context);
    }
}
