using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Options;

/// <summary>Looks at all settings once, before anything starts, and says all that is wrong in one text.</summary>
internal sealed class SettingsValidation(IConfiguration configuration, SettingsCatalog catalog, ServiceInfo service) : IHostedLifecycleService
{
    private bool _passed;

    public void Validate()
    {
        if (_passed) return;
        var faults = Faults();
        if (faults.Count > 0) throw new SettingsException(Text(faults));
        _passed = true;
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Validate();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private List<SettingError> Faults()
    {
        var faults = new List<SettingError>();
        foreach (var settings in catalog.Classes) SettingsInspector.Inspect(configuration.GetSection(settings.Section), settings.Type, faults);
        UnknownSettings.Find(configuration, catalog, faults);
        foreach (var check in catalog.Checks) faults.AddRange(check(configuration));
        return faults;
    }

    private string Text(List<SettingError> faults)
    {
        var count = faults.Count == 1 ? "a setting is wrong" : $"{faults.Count} settings are wrong";
        return $"{service.Name} does not start: {count}.\n\n{string.Join("\n\n", faults)}\n";
    }
}
