using System.Text;

namespace Gateway.Contracts;

/// <summary>
/// The places of several targets as text: <c>user:ann@k3f9.17,room:chat:1@k3f9.1041</c>. Names are written as <see cref="Names.Encode"/>
/// writes them and split from the place at the last <c>@</c>. Clients keep it and send it back to resume.
/// </summary>
public static class Cursor
{
    /// <summary>The longest text that is read.</summary>
    public const int MaxLength = 2048;

    private const string Shape = "<target>@<epoch>.<offset>, several separated by commas";

    /// <summary>Reads a cursor; false with the error text when it is malformed, too long, or names a target twice.</summary>
    public static bool TryParse(string text, out List<(Target Target, Position Position)> places, out string? error)
    {
        places = [];
        error = text.Length > MaxLength ? $"a cursor has at most {MaxLength} characters; this one has {text.Length}" : null;
        if (error is not null) return false;
        foreach (var part in text.Split(','))
        {
            if (!TryParsePart(part, out var place)) error = $"a cursor is {Shape}";
            else if (places.Exists(other => other.Target == place.Target)) error = $"the cursor names {place.Target} twice";
            if (error is not null) return false;
            places.Add(place);
        }

        return true;
    }

    public static string Write(IEnumerable<(Target Target, Position Position)> places)
    {
        var text = new StringBuilder();
        foreach (var (target, position) in places)
        {
            if (text.Length > 0) text.Append(',');
            Append(text, target).Append('@').Append(position.Epoch).Append('.').Append(position.Offset);
        }

        return text.ToString();
    }

    private static StringBuilder Append(StringBuilder text, Target target) => target.Kind == TargetKind.User
        ? text.Append("user:").Append(Names.Encode(target.Name))
        : text.Append(target);

    private static bool TryParsePart(string part, out (Target Target, Position Position) place)
    {
        place = default;
        var at = part.LastIndexOf('@');
        if (at < 0 || !Position.TryParse(part.AsSpan(at + 1), out var position)) return false;
        var name = part[..at];
        if (name.StartsWith("user:", StringComparison.Ordinal))
        {
            if (Names.Decode(name[5..]) is not { } user) return false;
            name = "user:" + user;
        }

        place = (default, position);
        if (!Target.TryParse(name, out var target)) return false;
        place = (target, position);
        return true;
    }
}
