using System.CommandLine;

namespace Ballast.Cli.Shell;

/// <summary>The options of every verb.</summary>
internal sealed class SharedOptions
{
    /// <summary>The machine-readable result on stdout and nothing else there.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON, and nothing else.", Recursive = true };

    /// <summary>First seed of every random choice.</summary>
    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seed of every random choice: same seed, same result.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
        Recursive = true,
    };

    /// <summary>Nothing is printed but errors.</summary>
    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Print nothing but errors.", Recursive = true };

    /// <summary>Says where an error arose.</summary>
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show where an error arose.", Recursive = true };

    /// <summary>Adds them to the root of the command tree.</summary>
    public void AddTo(Command root)
    {
        root.Options.Add(Json);
        root.Options.Add(Seed);
        root.Options.Add(Quiet);
        root.Options.Add(Verbose);
    }
}
