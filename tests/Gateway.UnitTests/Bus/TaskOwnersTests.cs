using Gateway.Bus;
using Gateway.Bus.InProcess;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using UserApi.Tasks;

namespace Gateway.UnitTests.Bus;

internal sealed class TaskOwnersTests
{
    private readonly FakeTime _time = new();
    private InProcessStateStore _store = null!;

    [SetUp]
    public void Start() => _store = new(_time);

    [Test]
    public async Task By_default_a_task_that_no_service_has_assigned_belongs_to_nobody()
    {
        var owners = new TaskOwners(_store, Options.Create(new TaskOptions()));

        Assert.That(await owners.ClaimAsync("1", "ann", default), Is.Null);
        Assert.That(await owners.FindAsync("1", default), Is.Null);
    }

    [Test]
    public async Task With_the_setting_it_belongs_to_the_first_who_asks()
    {
        var owners = Owners(UnknownOwner.First);

        Assert.That(await owners.ClaimAsync("1", "ann", default), Is.EqualTo("ann"));
        Assert.That(await owners.ClaimAsync("1", "bob", default), Is.EqualTo("ann"));
    }

    [TestCase(UnknownOwner.First)]
    [TestCase(UnknownOwner.Refuse)]
    public async Task An_owner_is_forgotten_after_the_time_to_live(UnknownOwner unknown)
    {
        var owners = Owners(unknown);
        await owners.AssignAsync("assigned", "ann", default);
        await owners.ClaimAsync("claimed", "ann", default);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.That(await owners.FindAsync("assigned", default), Is.EqualTo("ann"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await owners.FindAsync("assigned", default), await owners.FindAsync("claimed", default)), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task Zero_keeps_an_owner_for_good()
    {
        var owners = Owners(UnknownOwner.Refuse, TimeSpan.Zero);
        await owners.AssignAsync("1", "ann", default);

        _time.Advance(TimeSpan.FromDays(1_000));

        Assert.That(await owners.FindAsync("1", default), Is.EqualTo("ann"));
    }

    [TestCase(null, "progress")]
    [TestCase("running", "progress")]
    [TestCase("completed", "completed")]
    [TestCase("failed", "error")]
    [TestCase("cancelled", "error")]
    public void The_status_of_a_task_decides_the_type_of_its_message(string? status, string type) =>
        Assert.That(TaskEndpoints.TypeOf(status), Is.EqualTo(type));

    private TaskOwners Owners(UnknownOwner unknown, TimeSpan? kept = null) =>
        new(_store, Options.Create(new TaskOptions { UnknownOwner = unknown, OwnerKeptFor = kept ?? TimeSpan.FromHours(1) }));
}
