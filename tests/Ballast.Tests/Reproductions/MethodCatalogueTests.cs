using System.Reflection;
using Ballast.Cli.Commands;
using Ballast.Reproductions.Catalogue;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Reproductions;

public sealed class MethodCatalogueTests
{
    [Fact]
    public void Slugs_are_distinct_and_well_formed()
    {
        Assert.Equal(MethodCatalogue.All.Count, MethodCatalogue.All.Select(entry => entry.Slug).Distinct().Count());
        Assert.All(MethodCatalogue.All, entry => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", entry.Slug));
    }

    [Fact]
    public void Every_entry_is_complete() => Assert.All(MethodCatalogue.All, entry =>
    {
        Assert.All([entry.Name, entry.Title, entry.Authors, entry.Venue], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.InRange(entry.Year, 2000, 2027);
        Assert.EndsWith(".", entry.Summary, StringComparison.Ordinal);
        Assert.Equal(entry.IsBuilt, entry.Commands.Count > 0);
    });

    [Fact]
    public void Every_type_and_verb_that_an_entry_names_exists()
    {
        var assemblies = Directory.GetFiles(AppContext.BaseDirectory, "Ballast.*.dll").Select(Path.GetFileNameWithoutExtension).Select(name => Assembly.Load(name!));
        var types = assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Select(type => type.FullName!).ToHashSet();
        var verbs = Verbs.All().Select(verb => verb.Name).ToHashSet();

        Assert.All(MethodCatalogue.All, entry =>
        {
            Assert.Equal(entry.IsBuilt, entry.Types.Count > 0);
            Assert.All(entry.Types, type => Assert.Contains(type, types));
            Assert.All(entry.Commands, command => Assert.Contains(command, verbs));
        });
    }

    [Fact]
    public void The_catalogue_covers_exactly_the_specified_methods()
    {
        var folder = SpecificationFolder();
        Assert.SkipWhen(folder is null, "The folder 'shared/methods' is not on this machine.");

        var specified = Directory.EnumerateFiles(folder!, "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);

        Assert.Equal(specified, MethodCatalogue.All.Select(entry => entry.Slug));
    }

    [Fact]
    public void Every_word_of_a_query_must_match() =>
        Assert.Equal(["label-errors"], MethodCatalogue.Search("confident NORTHCUTT").Select(entry => entry.Slug));

    [Fact]
    public void An_unknown_slug_gets_the_nearest_one()
    {
        var error = Assert.Throws<ArgumentException>(() => MethodCatalogue.Get("smotte"));

        Assert.Contains("did you mean 'smote'?", error.Message, StringComparison.Ordinal);
    }

    private static string? SpecificationFolder()
    {
        for (var folder = new DirectoryInfo(GoldenFiles.TestsFolder()); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "methods") is var path && Directory.Exists(path))
                return path;
        return null;
    }
}
