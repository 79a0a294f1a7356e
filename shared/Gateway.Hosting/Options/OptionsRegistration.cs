using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Options;

public static class OptionsRegistration
{
    /// <summary>
    /// Binds <typeparamref name="T"/> to a section as <see cref="IOptions{T}"/>. Annotations and
    /// <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> are checked before the process starts, those of
    /// all sections together, and a fault of any of them stops it. Two classes may share a section. Lists may be written
    /// <c>a,b</c>, times <c>30s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>, <c>00:00:30</c> or as a number of seconds.
    /// </summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, string section)
        where T : class, new() => services.AddValidatedOptions<T>(section, sharedWithOthers: false);

    /// <summary>A fault that no single class of settings can see, as <see cref="AddValidatedOptions{T}(IServiceCollection, string)"/> reports it.</summary>
    public static IServiceCollection AddOptionsCheck(this IServiceCollection services, Func<IConfiguration, IEnumerable<SettingError>> check)
    {
        SettingsCatalog.Of(services).Checks.Add(check);
        return services;
    }

    /// <param name="services">Where to.</param>
    /// <param name="section">Of which section.</param>
    /// <param name="sharedWithOthers">True for a section in which the framework has names of its own, so that unknown ones are no fault.</param>
    internal static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, string section, bool sharedWithOthers)
        where T : class, new()
    {
        SettingsCatalog.Of(services).Add(new SettingsClass(section, typeof(T), sharedWithOthers));
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<T>, ConfigureSettings<T>>());
        return services;
    }

    internal static void AddOptionsValidation(this WebApplicationBuilder builder)
    {
        SettingsCatalog.Of(builder.Services);
        builder.Services.AddSingleton<SettingsValidation>();
        builder.Services.AddHostedService(p => p.GetRequiredService<SettingsValidation>());
    }
}
