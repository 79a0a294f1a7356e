namespace Gateway.Contracts;

/// <summary>A pattern over names as policies, claims and settings write them: literal but for <c>*</c>, any run of characters.</summary>
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
                // Linear backtracking to the last star only: no pattern can make this exponential.
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
