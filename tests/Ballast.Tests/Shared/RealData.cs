namespace Ballast.Tests.Shared;

/// <summary>Finds real data that the repository does not carry; a test that needs it skips with a reason where it is absent.</summary>
public static class RealData
{
    /// <summary>The full path of <paramref name="relative"/> (such as <c>tables/pima.csv</c>) under a shared <c>data</c> folder; skips the test when there is none.</summary>
    public static string Require(string relative)
    {
        var path = Find(relative);
        Assert.SkipWhen(path is null, $"Real data 'data/{relative}' is not on this machine.");
        return path!;
    }

    /// <summary>Looks in <c>data</c> and <c>shared/data</c> of each folder from the tests' own upwards; null when absent.</summary>
    public static string? Find(string relative)
    {
        for (var folder = new DirectoryInfo(GoldenFiles.TestsFolder()); folder is not null; folder = folder.Parent)
            foreach (var inner in new[] { "data", Path.Combine("shared", "data") })
            {
                var path = Path.Combine(folder.FullName, inner, relative);
                if (File.Exists(path) || Directory.Exists(path))
                    return path;
            }
        return null;
    }
}
