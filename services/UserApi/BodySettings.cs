using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;

namespace UserApi;

/// <summary>Section <c>Limits</c>, for what users send over HTTP.</summary>
internal sealed class BodySettings
{
    /// <summary>The largest body of a request, in bytes: as much as a socket's message. Default 65,536. Range 1,024–262,144.</summary>
    [Range(1024, Message.MaxBytes)]
    public int MaxUserBodyBytes { get; set; } = 64 * 1024;
}
