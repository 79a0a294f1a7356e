using System.ComponentModel.DataAnnotations;
using Gateway.Hosting;
using Gateway.Hosting.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Range = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Gateway.UnitTests.Hosting;

internal sealed class SettingsTests
{
    [Test]
    public void All_customary_shapes_are_bound()
    {
        var settings = Bind(
            ("Garden:Beds", "4"), ("Garden:Names", "rose, tulip"), ("Garden:Wait", "5m"), ("Garden:Kind", "wild"), ("Garden:Open", "yes"), ("Garden:Area", "1.5"),
            ("Garden:Plants:0:Name", "oak"), ("Garden:Plants:1:Name", "elm"), ("Garden:More:0:Name", "ivy"), ("Garden:Signs:north", "7"));
        Assert.That(settings.Beds, Is.EqualTo(4));
        Assert.That(settings.Names, Is.EqualTo(["rose", "tulip"]));
        Assert.That(settings.Wait, Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(settings.Kind, Is.EqualTo(Kind.Wild));
        Assert.That(settings.Open, Is.True);
        Assert.That(settings.Area, Is.EqualTo(1.5));
        Assert.That(settings.Plants.Select(p => p.Name), Is.EqualTo(["oak", "elm"]));
        Assert.That(settings.More.Select(p => p.Name), Is.EqualTo(["ivy"]));
        Assert.That(settings.Signs["north"], Is.EqualTo(7));
    }

    [Test]
    public void An_empty_value_leaves_the_default()
    {
        var settings = Bind(("Garden:Beds", ""), ("Garden:Names", ""), ("Garden:Password", ""));
        Assert.That(settings.Beds, Is.EqualTo(3));
        Assert.That(settings.Names, Is.EqualTo(["daisy"]));
        Assert.That(settings.Password, Is.EqualTo("open sesame"));
    }

    [TestCase("Garden:Beds", "abc", "Garden:Beds = \"abc\"", "is not a whole number")]
    [TestCase("Garden:Beds", "4.5", "Garden:Beds = \"4.5\"", "is not a whole number")]
    [TestCase("Garden:Beds", "99999999999", "Garden:Beds = \"99999999999\"", "is too large a number")]
    [TestCase("Garden:Beds", "99", "Garden:Beds = \"99\"", "must be between 1 and 9")]
    [TestCase("Garden:Wait", "soon", "Garden:Wait = \"soon\"", "is not a length of time")]
    [TestCase("Garden:Kind", "7", "Garden:Kind = \"7\"", "is none of Tame, Wild")]
    [TestCase("Garden:Open", "maybe", "Garden:Open = \"maybe\"", "is neither true nor false")]
    [TestCase("Garden:Plants:0:Name", " ", "Garden:Plants:0:Name", "must be set")]
    [TestCase("Garden:Plants:0:Nmae", "oak", "Garden:Plants:0:Nmae", "here may stand Name")]
    [TestCase("Garden:Plants", "oak", "Garden:Plants = \"oak\"", "Garden:Plants:0:<name>")]
    [TestCase("Garden:Signs:north", "up", "Garden:Signs:north = \"up\"", "is not a whole number")]
    [TestCase("Garden:Password", "wrong secret", "Garden:Password = (hidden)", "is not the word")]
    [TestCase("Garden:Bed", "4", "Garden:Bed = (hidden)", "is Garden:Beds meant?")]
    public void A_fault_names_setting_value_reason_and_environment(string setting, string value, string expected, string reason)
    {
        var text = Fault((setting, value));
        Assert.That(text, Does.Contain("garden does not start: a setting is wrong"));
        Assert.That(text, Does.Contain(expected).And.Contain(reason).And.Contain("environment: " + setting.Replace(":", "__", StringComparison.Ordinal)));
        Assert.That(text, Does.Not.Contain("wrong secret"));
    }

    [Test]
    public void A_name_that_resembles_none_of_ours_may_be_another_services()
    {
        Assert.That(Bind(("Garden:Greenhouse", "1")).Beds, Is.EqualTo(3));
        Assert.That(Bind(("Gardens:Beds", "x")).Beds, Is.EqualTo(3));
    }

    [Test]
    public void Faults_of_all_sections_come_in_one_text_however_few_of_them_are_read()
    {
        var text = Fault(("Garden:Beds", "abc"), ("Garden:Password", "no"), ("Pond:Depth", "-1"));
        Assert.That(text, Does.Contain("3 settings are wrong").And.Contain("Garden:Beds").And.Contain("Garden:Password").And.Contain("Pond:Depth"));
    }

    private static Garden Bind(params (string Name, string Value)[] values)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value))).Build());
        services.AddSingleton(new ServiceInfo("garden", 1));
        services.AddSingleton<SettingsValidation>();
        services.AddValidatedOptions<Garden>("Garden").AddValidatedOptions<Pond>("Pond");
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<Garden>>().Value;
    }

    private static string Fault(params (string Name, string Value)[] values) => Assert.Throws<SettingsException>(() => Bind(values))!.Message;

    private enum Kind
    {
        Tame,
        Wild,
    }

    private sealed class Garden : IValidatableObject
    {
        [Range(1, 9)]
        public int Beds { get; set; } = 3;

        public IReadOnlyList<string> Names { get; set; } = ["daisy"];

        public TimeSpan Wait { get; set; }

        public Kind Kind { get; set; }

        public bool Open { get; set; }

        public double Area { get; set; }

        public Plant[] Plants { get; set; } = [];

        public IList<Plant> More { get; } = [];

        public Dictionary<string, int> Signs { get; set; } = [];

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
    }

    private sealed class Pond
    {
        [Range(0, 10)]
        public int Depth { get; set; }
    }
}
