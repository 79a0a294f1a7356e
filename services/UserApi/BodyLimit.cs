using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace UserApi;

/// <summary>Limits the body of a request; runs before the endpoint reads it.</summary>
internal sealed class BodyLimit(IOptions<BodyOptions> options) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = options.Value.MaxUserBodyBytes;
        return next(context);
    }
}

/// <summary>Section <c>Limits</c>, for what users send over HTTP.</summary>
internal sealed class BodyOptions
{
    /// <summary>The largest body of a request, in bytes: as much as a socket's message. Default 65,536. Range 1,024–262,144.</summary>
    [Range(1024, Message.MaxBytes)]
    public int MaxUserBodyBytes { get; set; } = 64 * 1024;
}
