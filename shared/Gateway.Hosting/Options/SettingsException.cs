namespace Gateway.Hosting.Options;

/// <summary>The process must not start: the message names every setting that is wrong and how to set it right.</summary>
public sealed class SettingsException(string text) : Exception(text);
