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
    /// <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> are checked before the process starts, those of all sections
    /// together. Two classes may share a section. Lists may be written <c>a,b</c>, durations as <see cref="DurationConverter"/> reads them.
    /// A list property must not have default entries: the framework's binder would append to them.
    /// </summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, string section)
        where T : class, new() => services.AddValidatedOptions<T>(section, sharedWithOthers: false);

    /// <summary>An error that no single options class can see, reported with those of <see cref="AddValidatedOptions{T}(IServiceCollection, string)"/>.</summary>
    public static IServiceCollection AddOptionsCheck(this IServiceCollection services, Func<IConfiguration, IEnumerable<SettingError>> check)
    {
        services.AddOptions<ConfigurationChecks>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConfigurationChecks>>(p => new ConfigurationChecks.Validator(() => check(p.GetRequiredService<IConfiguration>())));
        return services;
    }

    /// <param name="services">The services to register with.</param>
    /// <param name="section">The section to bind.</param>
    /// <param name="sharedWithOthers">True for a section in which the framework has names of its own, so that unknown ones are no error.</param>
    internal static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, string section, bool sharedWithOthers)
        where T : class, new()
    {
        var catalog = OptionsCatalog.Of(services);
        if (!catalog.Add(new OptionsSection(section, typeof(T), sharedWithOthers))) return services;
        SettingConverters.Install();
        services.TryAddSingleton<StartupValidation>();
        services.AddOptions<T>()
            .Configure<StartupValidation, IConfiguration>((options, validation, configuration) =>
            {
                validation.Run();
                new SectionReader(configuration.GetSection(section), typeof(T)).Readable.Bind(options);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(p => new OptionsValidator<T>(p.GetRequiredService<IConfiguration>().GetSection(section)));
        return services;
    }

    internal static void AddOptionsValidation(this WebApplicationBuilder builder)
    {
        var catalog = OptionsCatalog.Of(builder.Services);
        builder.Services.AddOptionsCheck(configuration => UnknownSettings.Find(configuration, catalog));
    }

    /// <summary>Represents the whole configuration: it is validated and never read.</summary>
    private sealed class ConfigurationChecks
    {
        public sealed class Validator(Func<IEnumerable<SettingError>> check) : IValidateOptions<ConfigurationChecks>
        {
            public ValidateOptionsResult Validate(string? name, ConfigurationChecks options) =>
                check().Select(e => e.ToString()).ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
        }
    }
}

/// <summary>
/// Validates all options when the first of them is read, so that one text names every error. The host validates only when it starts,
/// and the application reads options before, when it is built.
/// </summary>
internal sealed class StartupValidation(IServiceProvider services)
{
    private bool _begun;

    /// <exception cref="SettingsException">Options are invalid.</exception>
    public void Run()
    {
        if (_begun) return;
        _begun = true;
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException invalid)
        {
            throw Error([invalid]);
        }
        catch (AggregateException several)
        {
            throw Error(several.InnerExceptions.Cast<OptionsValidationException>());
        }
    }

    private SettingsException Error(IEnumerable<OptionsValidationException> invalid)
    {
        _begun = false;
        return new SettingsException(services.GetRequiredService<ServiceInfo>().Name, invalid);
    }
}
