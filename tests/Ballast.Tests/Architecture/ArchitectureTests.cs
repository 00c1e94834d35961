using System.Xml.Linq;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Architecture;

/// <summary>The rules of the house that a compiler does not check; docs/architecture.md says why.</summary>
public sealed class ArchitectureTests
{
    // A project may use those before it, never those after.
    private static readonly string[] Floors = ["Core", "Numerics", "Exchange", "Data", "Evaluation", "Learning", "Generalization", "Robustness", "Reproductions", "Cli"];

    private static readonly string Root = Path.GetFullPath(Path.Combine(GoldenFiles.TestsFolder(), "..", ".."));

    public static TheoryData<string> Projects => [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_the_floors_above_it(string project)
    {
        var floor = Floor(project);

        var used = References(project, "ProjectReference").Select(Floor);

        Assert.All(used, other => Assert.True(other < floor, $"{project} may not use {Floors[other]}."));
    }

    [Fact]
    public void Native_torch_belongs_to_the_programs_alone() =>
        Assert.All(Projects, row =>
        {
            // build/LibTorch.targets gives it to what is a program.
            Assert.Equal(Floor(row.Data) == Floors.Length - 1, File.ReadAllText(Path.Combine(Root, row.Data)).Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal));
            Assert.DoesNotContain(References(row.Data, "PackageReference"), package => package.StartsWith("libtorch-", StringComparison.Ordinal));
        });

    [Fact]
    public void Core_and_Exchange_stand_without_torch_tables_and_learners() =>
        Assert.All(["Core", "Numerics", "Exchange"], name => Assert.DoesNotContain(
            References($"src/Ballast.{name}/Ballast.{name}.csproj", "PackageReference"),
            package => package is "TorchSharp" or "LightGBM" or "DuckDB.NET.Data.Full" or "Microsoft.ML.OnnxRuntime"));

    [Fact]
    public void No_file_is_longer_than_one_room()
    {
        var tooLong = Sources("src").Where(path => File.ReadLines(path).Count() > 450);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var strays = Sources("src").Where(path => Path.GetFileName(path) != "Program.cs").Where(path =>
        {
            var folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Root, "src"), path))!;
            return !File.ReadLines(path).Contains($"namespace {folder.Replace(Path.DirectorySeparatorChar, '.')};");
        });

        Assert.Empty(strays);
    }

    [Fact]
    public void Only_the_program_speaks_to_the_console()
    {
        var speakers = Sources("src").Where(path => Path.GetFileName(path) != "CommandHost.cs" && File.ReadAllText(path).Contains("System.Console.", StringComparison.Ordinal)
            || File.ReadLines(path).Any(line => line.TrimStart().StartsWith("Console.", StringComparison.Ordinal)));

        Assert.Empty(speakers);
    }

    [Fact]
    public void Libraries_draw_random_numbers_from_seeded_streams_alone() =>
        Assert.All(Sources("src"), path =>
        {
            var text = File.ReadAllText(path);
            Assert.DoesNotContain("new Random(", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Random.Shared", text, StringComparison.Ordinal);
        });

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument.Load(Path.Combine(Root, "Ballast.slnx")).Descendants("Project").Select(project => (string)project.Attribute("Path")!);

        Assert.All(Projects, row => Assert.Contains(row.Data.Replace('\\', '/'), listed));
    }

    private static int Floor(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))["Ballast.".Length..];
        var floor = Array.IndexOf(Floors, name);
        Assert.True(floor >= 0, $"{name} has no floor yet: say in Floors where it stands.");
        return floor;
    }

    private static IReadOnlyList<string> References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Root, project)).Descendants(kind).Select(reference => (string)reference.Attribute("Include")!)];

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar) is var parts && !parts.Contains("obj") && !parts.Contains("bin"));
}
