using System.ComponentModel.DataAnnotations;
using Gateway.Hosting;
using Gateway.Hosting.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Range = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Gateway.UnitTests.Hosting;

internal sealed class ValidatedOptionsTests
{
    [Test]
    public void All_customary_shapes_are_bound()
    {
        var options = Bind(
            ("Garden:Beds", "4"), ("Garden:Names", "rose, tulip"), ("Garden:Signs:0", "a"), ("Garden:Signs:1", "b"), ("Garden:Wait", "5m"), ("Garden:Kind", "wild"),
            ("Garden:Open", "yes"), ("Garden:Area", "1.5"), ("Garden:Plants:0:Name", "oak"), ("Garden:Plants:1:Name", "elm"), ("Garden:Plants:1:Colors", "red,green"));
        Assert.That(options.Beds, Is.EqualTo(4));
        Assert.That(options.Names, Is.EqualTo(["rose", "tulip"]));
        Assert.That(options.Signs, Is.EqualTo(["a", "b"]));
        Assert.That(options.Wait, Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(options.Kind, Is.EqualTo(Kind.Wild));
        Assert.That(options.Open, Is.True);
        Assert.That(options.Area, Is.EqualTo(1.5));
        Assert.That(options.Plants.Select(p => p.Name), Is.EqualTo(["oak", "elm"]));
        Assert.That(options.Plants[1].Colors, Is.EqualTo(["red", "green"]));
    }

    [Test]
    public void An_empty_value_leaves_the_default()
    {
        var options = Bind(("Garden:Beds", ""), ("Garden:Names", ""), ("Garden:Password", ""));
        Assert.That(options.Beds, Is.EqualTo(3));
        Assert.That(options.Names, Is.Empty);
        Assert.That(options.Password, Is.EqualTo("open sesame"));
    }

    [TestCase("Garden:Beds", "abc", "Garden:Beds = \"abc\"", "is not a whole number")]
    [TestCase("Garden:Beds", "4.5", "Garden:Beds = \"4.5\"", "is not a whole number")]
    [TestCase("Garden:Beds", "99999999999", "Garden:Beds = \"99999999999\"", "is too large a number")]
    [TestCase("Garden:Beds", "99", "Garden:Beds = \"99\"", "must be between 1 and 9")]
    [TestCase("Garden:Wait", "soon", "Garden:Wait = \"soon\"", "is not a length of time")]
    [TestCase("Garden:Kind", "7", "Garden:Kind = \"7\"", "is none of Tame, Wild")]
    [TestCase("Garden:Open", "maybe", "Garden:Open = \"maybe\"", "is neither true nor false")]
    [TestCase("Garden:Plants:0:Name", " ", "Garden:Plants:0:Name", "must be set")]
    [TestCase("Garden:Plants:0:Nmae", "oak", "Garden:Plants:0:Nmae", "the names here are Name")]
    [TestCase("Garden:Plants", "oak", "Garden:Plants = \"oak\"", "Garden:Plants:0:<name>")]
    [TestCase("Garden:Password", "wrong secret", "Garden:Password = (hidden)", "is not the word")]
    [TestCase("Garden:Bed", "4", "Garden:Bed = (hidden)", "is Garden:Beds meant?")]
    public void An_error_names_setting_value_reason_and_environment(string setting, string value, string expected, string reason)
    {
        var text = Error((setting, value));
        Assert.That(text, Does.Contain("garden does not start: a setting is wrong"));
        Assert.That(text, Does.Contain(expected).And.Contain(reason).And.Contain("environment: " + setting.Replace(":", "__", StringComparison.Ordinal)));
        Assert.That(text, Does.Not.Contain("wrong secret"));
    }

    [Test]
    public void An_invalid_number_and_an_invalid_object_of_one_class_are_both_reported()
    {
        var text = Error(("Garden:Beds", "99"), ("Garden:Wait", "soon"), ("Garden:Area", "x"), ("Garden:Password", "wrong secret"));
        Assert.That(text, Does.Contain("4 settings are wrong"));
    }

    [TestCase("REDIS_URL", "REDIS_URI")]
    [TestCase("ALLOWED_ORIGIN", "ALLOWED_ORIGINS")]
    [TestCase("WS_MAX_CONNECTION", "WS_MAX_CONNECTIONS")]
    public void A_misspelled_customary_name_is_an_error_that_names_the_nearest_one(string name, string meant)
    {
        var text = Error((name, "a-secret"));
        Assert.That(text, Does.Contain($"{name} = (hidden)").And.Contain($"is {meant} meant?"));
        Assert.That(Bind((name, "a"), (EnvironmentAliases.All.Single(a => a.Name == meant).Setting, "")).Beds, Is.EqualTo(3), "the setting is set: the other name is somebody else's");
    }

    [TestCase("HOST")]
    [TestCase("SORT")]
    [TestCase("JWT_SECRTS")]
    public void Names_that_are_short_or_of_settings_that_this_service_does_not_read_are_no_error(string name) => Assert.That(Bind((name, "x")).Beds, Is.EqualTo(3));

    [Test]
    public async Task No_list_option_has_default_entries_which_the_binder_would_append_to()
    {
        var lists = from section in await Catalog.OfAllServicesAsync()
                    from type in section.Type.GetProperties().Select(p => OptionsSection.EntryOf(p.PropertyType)).OfType<Type>().Where(OptionsSection.IsObject).Append(section.Type)
                    from property in OptionsSection.PropertiesOf(type)
                    where OptionsSection.EntryOf(property.PropertyType) is not null && property.GetValue(Activator.CreateInstance(type)) is System.Collections.IEnumerable list && list.Cast<object>().Any()
                    select $"{type.Name}.{property.Name}";
        Assert.That(lists, Is.Empty);
    }

    [Test]
    public void A_name_that_resembles_none_of_ours_may_be_another_services()
    {
        Assert.That(Bind(("Garden:Greenhouse", "1")).Beds, Is.EqualTo(3));
        Assert.That(Bind(("Gardens:Beds", "x")).Beds, Is.EqualTo(3));
    }

    [Test]
    public void Errors_of_all_sections_come_in_one_text()
    {
        var text = Error(("Garden:Beds", "abc"), ("Garden:Password", "no"), ("Pond:Depth", "-1"));
        Assert.That(text, Does.Contain("3 settings are wrong").And.Contain("Garden:Beds").And.Contain("Garden:Password").And.Contain("Pond:Depth"));
    }

    private static Garden Bind(params (string Name, string Value)[] values)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value)));
        builder.Services.AddSingleton(new ServiceInfo("garden", 1));
        builder.AddOptionsValidation();
        builder.Services.AddValidatedOptions<Garden>("Garden").AddValidatedOptions<Pond>("Pond");
        builder.Services.AddValidatedOptions<Redis>("Redis").AddValidatedOptions<Origins>("Origins").AddValidatedOptions<Limits>("Limits");
        using var provider = builder.Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<Garden>>().Value;
    }

    private static string Error(params (string Name, string Value)[] values) => Assert.Throws<SettingsException>(() => Bind(values))!.Message;

    private enum Kind
    {
        Tame,
        Wild,
    }

    private sealed class Garden : IValidatableObject
    {
        [Range(1, 9)]
        public int Beds { get; set; } = 3;

        public IReadOnlyList<string> Names { get; set; } = [];

        public TimeSpan Wait { get; set; }

        public Kind Kind { get; set; }

        public bool Open { get; set; }

        public double Area { get; set; }

        public IReadOnlyList<Plant> Plants { get; set; } = [];

        public IList<string> Signs { get; set; } = [];

        [Secret]
        public string Password { get; set; } = "open sesame";

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Password != "open sesame") yield return new("is not the word", [nameof(Password)]);
        }
    }

    private sealed class Plant
    {
        [Required]
        public string Name { get; set; } = "tree";

        public IReadOnlyList<string> Colors { get; set; } = [];
    }

    private sealed class Pond
    {
        [Range(0, 10)]
        public int Depth { get; set; }
    }

    private sealed class Redis
    {
        public string? Uri { get; set; }
    }

    private sealed class Origins
    {
        public IReadOnlyList<string> Allowed { get; set; } = [];
    }

    private sealed class Limits
    {
        public int MaxConnections { get; set; }
    }
}
