namespace Gateway.Hosting.Settings;

/// <summary>On a setting whose value no text may show.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
