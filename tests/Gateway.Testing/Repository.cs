namespace Gateway.Testing;

/// <summary>The sources as they lie on disk, found from the test assembly upward.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder with one of the extensions, by their path from the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        var start = Path.Combine(Root, folder);
        if (!Directory.Exists(start)) return [];
        return Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !path.Split('/').Intersect(Generated).Any())
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The C# of the product: services and shared, without the tests.</summary>
    public static IEnumerable<string> ProductSources() => Files("services", ".cs").Concat(Files("shared", ".cs"));

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no Gateway.sln above {AppContext.BaseDirectory}: run the tests from a checkout of the repository");
    }
}
