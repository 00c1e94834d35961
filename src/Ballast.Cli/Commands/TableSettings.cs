using System.CommandLine;
using Ballast.Cli.Shell;

namespace Ballast.Cli.Commands;

/// <summary>The options of <c>train</c> that are for tables alone.</summary>
internal sealed class TableSettings
{
    private readonly Option<string?> target = new("--target") { Description = "The column to predict, for tables.", HelpName = "COL" };
    private readonly Option<bool> weights = new("--class-weights") { Description = "Make every class count alike." };
    private readonly Option<string?> resample = new("--resample") { Description = "Resample the training rows, inside every fold, by a method of resample; missing values are filled for it.", HelpName = "NAME" };
    private readonly Option<bool> uncorrected = new("--uncorrected") { Description = "Leave probabilities at the class shares of the resampled or weighted rows; by default they go back to those of the table." };
    private readonly Option<int> folds = new("--folds") { Description = "Folds of the cross-validation.", HelpName = "K", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> groupFolds = new("--group-folds") { Description = "Keep rows that share this column's value together in folds and splits; the column is no feature.", HelpName = "COL" };

    /// <summary>All options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [target, weights, resample, uncorrected, folds, groupFolds];

    /// <summary>The first of these options that the user gave; null where none was.</summary>
    public Option? Given(CommandSession session) => All.FirstOrDefault(session.Given);

    /// <summary>The first given option that a comparison has no use for.</summary>
    public Option? GivenForOneModel(CommandSession session) => new Option[] { weights, resample, uncorrected, folds }.FirstOrDefault(session.Given);

    /// <summary>What is asked.</summary>
    /// <exception cref="ArgumentException">Options that do not go together, or no target.</exception>
    public TableJob Read(CommandSession session, string path, string kind, string output)
    {
        var balance = new ClassBalance(session.Get(resample), session.Get(weights), !session.Get(uncorrected), session.Seed);
        if (balance is { Weigh: true, Method: not null })
            throw new ArgumentException("Give --class-weights or --resample, not both.");
        if (balance is { IsAsked: false, Corrects: false })
            throw new ArgumentException("--uncorrected goes with --class-weights or --resample.");
        var column = session.Get(target) ?? throw new ArgumentException("A table needs --target: the column to predict.");
        return new TableJob(path, column, TableJob.Checked(kind), balance, session.Get(folds), session.Get(groupFolds), output);
    }
}
