using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;

namespace Gateway.Hosting.Requests;

/// <summary>A user's id, where one is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserIdAttribute() : ValidationAttribute($"The field {{0}} must be a user id: 1 to {Names.MaxUserIdLength} visible characters.")
{
    public override bool IsValid(object? value) => value is null or "" || (value is string id && Names.IsUserId(id));
}
