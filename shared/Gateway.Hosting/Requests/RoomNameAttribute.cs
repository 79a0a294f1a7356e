using System.ComponentModel.DataAnnotations;
using Gateway.Contracts;

namespace Gateway.Hosting.Requests;

/// <summary>The name of a room, where one is given; <c>user:x</c> and <c>task:x</c> are those targets.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RoomNameAttribute() : ValidationAttribute($"The field {{0}} must be a room's name: {Names.Rule}.")
{
    public override bool IsValid(object? value) => value is null or "" || (value is string name && Target.TryParseRoomName(name, out _));
}
