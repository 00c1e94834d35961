using Ballast.Core;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Commands;

/// <summary>What <c>train</c> is asked to do with a table.</summary>
/// <param name="Table">The file.</param>
/// <param name="Target">The column to predict.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Balance">What is done about unequal classes.</param>
/// <param name="Folds">Folds of the cross-validation.</param>
/// <param name="GroupFolds">The column whose values stay together; null for none.</param>
/// <param name="Output">The file to write.</param>
internal sealed record TableJob(string Table, string Target, string Kind, ClassBalance Balance, int Folds, string? GroupFolds, string Output)
{
    /// <summary>Epochs of a table's network, which early stopping cuts short.</summary>
    public const int UsualEpochs = 200;

    /// <summary>The kinds of models.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["auto", "trees", "logistic", "mlp", "resnet"];

    /// <summary>Whether the kind is a network.</summary>
    public bool IsNetwork => Kind is "mlp" or "resnet";

    /// <summary>The network of the kind; a perceptron where the kind is none.</summary>
    public TabularArchitecture Architecture => Kind == "resnet" ? TabularArchitecture.ResNet : TabularArchitecture.Mlp;

    /// <summary>The kind, after making sure that there is such a one.</summary>
    /// <exception cref="ArgumentException">There is not; the message suggests the nearest.</exception>
    public static string Checked(string kind) => Kinds.Contains(kind)
        ? kind
        : throw new ArgumentException($"There is no model kind '{kind}' for tables{(Spelling.Nearest(kind, Kinds) is { } near ? $"; did you mean '{near}'?" : ".")} There are {string.Join(", ", Kinds)}.");
}
