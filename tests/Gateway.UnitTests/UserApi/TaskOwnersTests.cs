using Gateway.Bus;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using UserApi.Tasks;

namespace Gateway.UnitTests.UserApi;

internal sealed class TaskOwnersTests
{
    private readonly RecordingStore _store = new();

    [SetUp]
    public void Forget() => _store.Set.Clear();

    [Test]
    public async Task A_living_tasks_owner_is_kept_for_good()
    {
        var owners = Owners(TimeSpan.FromHours(1));

        await owners.ClaimAsync("1", "ann", CancellationToken.None);
        await owners.GiveAsync("1", "bob", CancellationToken.None);

        Assert.That(_store.Set, Is.EqualTo(new (string, string, TimeSpan?)[] { ("task:1", "ann", null), ("task:1", "bob", null) }));
    }

    [Test]
    public async Task An_ended_tasks_owner_is_kept_as_long_as_the_setting_says()
    {
        await Owners(TimeSpan.FromHours(1)).EndAsync("1", "ann", CancellationToken.None);

        Assert.That(_store.Set, Is.EqualTo(new (string, string, TimeSpan?)[] { ("task:1", "ann", TimeSpan.FromHours(1)) }));
    }

    [Test]
    public async Task Zero_keeps_an_ended_tasks_owner_for_good()
    {
        await Owners(TimeSpan.Zero).EndAsync("1", "ann", CancellationToken.None);

        Assert.That(_store.Set, Is.Empty);
    }

    [TestCase(null, "progress")]
    [TestCase("running", "progress")]
    [TestCase("completed", "completed")]
    [TestCase("failed", "error")]
    [TestCase("cancelled", "error")]
    public void What_a_task_says_of_itself_is_the_type_of_its_message(string? status, string type) =>
        Assert.That(TaskMessageTypes.TypeOf(status), Is.EqualTo(type));

    private TaskOwners Owners(TimeSpan kept) => new(_store, Options.Create(new TaskOptions { OwnerKeptFor = kept }));

    private sealed class RecordingStore : IStateStore
    {
        public List<(string Key, string Value, TimeSpan? Ttl)> Set { get; } = [];

        public Task<string?> GetAsync(string key, CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task SetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation)
        {
            Set.Add((key, value, ttl));
            return Task.CompletedTask;
        }

        public Task<string> GetOrSetAsync(string key, string value, TimeSpan? ttl, CancellationToken cancellation)
        {
            Set.Add((key, value, ttl));
            return Task.FromResult(value);
        }
    }
}
