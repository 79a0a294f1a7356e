using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Options;

/// <summary>Whoever reads one wrong setting too early still gets the text about all of them.</summary>
internal sealed class ConfigureSettings<T>(IConfiguration configuration, SettingsCatalog catalog, SettingsValidation validation) : IConfigureOptions<T>
    where T : class
{
    public void Configure(T options)
    {
        validation.Validate();
        SettingsBinder.Bind(configuration.GetSection(catalog.SectionOf(typeof(T))), options, []);
    }
}
