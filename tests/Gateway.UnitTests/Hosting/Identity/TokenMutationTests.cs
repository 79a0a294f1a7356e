using NUnit.Framework;

namespace Gateway.UnitTests.Hosting.Identity;

internal sealed class TokenMutationTests
{
    private const int Count = 100_000;
    /// <summary>Fixed, so that a run that fails can be repeated.</summary>
    private const int Seed = 20260501;

    [Test]
    public void Of_100_000_mutated_tokens_none_is_accepted_and_none_throws()
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var validator = Validation.Hs256();
        var random = new Random(Seed);
        var good = Tokens.Hs256(Validation.Claims());
        var other = Tokens.Hs256(Validation.Claims(("user_id", "bob")));
        var accepted = new List<string>();
        for (var i = 0; i < Count; i++)
        {
            var token = Mutate(random, good, other);
            if (token != good && token != other && validator.Check(token).Caller is not null) accepted.Add(token);
        }

        Assert.That(accepted, Is.Empty, $"seed {Seed}");
        Assert.That(validator.Check(good).Caller, Is.Not.Null, "the token that was mutated");
    }

    private static string Mutate(Random random, string token, string other)
    {
        var text = token;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length);
            text = random.Next(8) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, ((char)random.Next(1, 300)).ToString()),
                2 => text[..at],
                3 => text[..at] + other[Math.Min(at, other.Length)..],
                4 => text.Insert(at, "."),
                5 => text.Insert(at, text[at..Math.Min(text.Length, at + random.Next(20))]),
                6 => text[..at] + (char)(text[at] ^ (1 << random.Next(7))) + text[(at + 1)..],
                _ => text[..at] + (char)random.Next(32, 127) + text[(at + 1)..],
            };
            if (text.Length == 0) return text;
        }

        return text;
    }
}
