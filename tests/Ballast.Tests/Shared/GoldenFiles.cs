using System.Runtime.CompilerServices;

namespace Ballast.Tests.Shared;

/// <summary>Golden vectors: every <c>slug*.json</c> in the Fixtures folder and, where set, in the folder BALLAST_FIXTURES names.</summary>
public static class GoldenFiles
{
    public static string FixturesFolder { get; } = Path.Combine(TestsFolder(), "Fixtures");

    /// <summary>Paths as theory data; <paramref name="pattern"/> is a file pattern such as <c>smote*.json</c>.</summary>
    public static TheoryData<string> Matching(string pattern)
    {
        var data = new TheoryData<string>();
        foreach (var folder in new[] { FixturesFolder, Environment.GetEnvironmentVariable("BALLAST_FIXTURES") })
            if (!string.IsNullOrEmpty(folder) && Directory.Exists(folder))
                foreach (var path in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
                    data.Add(path);
        return data;
    }

    /// <summary>The folder of the test project.</summary>
    public static string TestsFolder() => FolderAbove();

    private static string FolderAbove([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!;
}
