namespace Gateway.FunctionalTests.Containers;

/// <summary>The checkout these tests were built from, found from the test assembly upward.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

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
