using System.ComponentModel.DataAnnotations;

namespace Gateway.Hosting.Origins;

/// <summary>Section <c>Origins</c>.</summary>
public sealed class OriginOptions : IValidatableObject
{
    /// <summary>Origins whose pages may use this service, as browsers write them: <c>https://app.example.com</c>; <c>*</c> is all. Default: same origin only.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    /// <summary>Whether requests without an Origin header are accepted: browsers always send one. Default true.</summary>
    public bool AllowMissing { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var entry in Allowed)
        {
            if (Origin.Error(entry) is { } error) yield return new($"\"{entry}\" {error}", [nameof(Allowed)]);
        }
    }
}
