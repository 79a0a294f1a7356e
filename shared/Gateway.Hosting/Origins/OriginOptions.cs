using System.ComponentModel.DataAnnotations;

namespace Gateway.Hosting.Origins;

/// <summary>Section <c>Origins</c>.</summary>
public sealed class OriginOptions : IValidatableObject
{
    /// <summary>Origins whose pages may connect and call, as browsers write them: <c>https://app.example.com</c>; <c>*</c> is all. Default: same origin only.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    /// <summary>Whether requests without an Origin header pass: no browser sent them. Default true.</summary>
    public bool AllowMissing { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var entry in Allowed)
        {
            if (Origin.Fault(entry) is { } fault) yield return new($"\"{entry}\" {fault}", [nameof(Allowed)]);
        }
    }
}
