using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;

namespace Gateway.Hosting.Requests;

/// <summary>An id the caller chose for a message, where there is one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MessageIdAttribute() : ValidationAttribute($"The field {{0}} must be {MessageId.Rule}.")
{
    public override bool IsValid(object? value) => value is null || (value is string id && MessageId.IsValid(id));
}
