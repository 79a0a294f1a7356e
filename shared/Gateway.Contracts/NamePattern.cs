namespace Gateway.Contracts;

/// <summary>
/// A pattern for names in policies, claims and settings: <c>*</c> matches any run of characters, everything else is literal. Not
/// <c>FileSystemName.MatchesSimpleExpression</c> (.NET 10), for which <c>?</c> is a wildcard even where it is escaped.
/// </summary>
public readonly record struct NamePattern(string Text)
{
    public bool Matches(ReadOnlySpan<char> name)
    {
        var pattern = Text.AsSpan();
        int p = 0, n = 0, star = -1, mark = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                // Goes back to the last star only: no pattern takes exponential time.
                p = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }
}
