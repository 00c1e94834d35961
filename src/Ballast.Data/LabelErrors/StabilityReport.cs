using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>The labels that one model predicts for a test set.</summary>
/// <param name="Name">What reports call the model.</param>
/// <param name="Predicted">n predicted classes.</param>
public sealed record ModelPredictions(string Name, ReadOnlyMemory<int> Predicted);

/// <summary>How a model fares on the parts of a reviewed test set.</summary>
/// <param name="Name">The model.</param>
/// <param name="OriginalAccuracy">On all rows against the given labels.</param>
/// <param name="CorrectedAccuracy">On benign and correctable rows against the corrected labels.</param>
/// <param name="BenignAccuracy">a_P: on benign rows.</param>
/// <param name="CorrectableAccuracy">a_C: on correctable rows against the corrected labels.</param>
/// <param name="CorrectableGivenAccuracy">b_C: on correctable rows against the given labels.</param>
public sealed record ModelStability(
    string Name, double OriginalAccuracy, double CorrectedAccuracy, double BenignAccuracy, double CorrectableAccuracy, double CorrectableGivenAccuracy)
{
    /// <summary>Expected accuracy against given labels when a share <paramref name="prevalence"/> of benign and correctable rows is correctable.</summary>
    public double OriginalAt(double prevalence) => (1 - prevalence) * BenignAccuracy + prevalence * CorrectableGivenAccuracy;

    /// <summary>Expected accuracy against corrected labels at that prevalence.</summary>
    public double CorrectedAt(double prevalence) => (1 - prevalence) * BenignAccuracy + prevalence * CorrectableAccuracy;
}

/// <summary>The leaderboard at one noise prevalence; ranks count from 1, equal accuracies share the better rank.</summary>
/// <param name="Prevalence">Share of correctable rows among benign and correctable ones.</param>
/// <param name="OriginalRanks">By expected accuracy against given labels, a model each.</param>
/// <param name="CorrectedRanks">By expected accuracy against corrected labels.</param>
/// <param name="KendallTau">Kendall's tau-b between the two orders; NaN with fewer than two models or where all of them tie.</param>
public sealed record RankTable(double Prevalence, int[] OriginalRanks, int[] CorrectedRanks, double KendallTau);

/// <summary>Two models whose order by corrected labels flips once the test set is noisy enough.</summary>
/// <param name="First">Index of the model that is better on benign rows.</param>
/// <param name="Second">Index of the model that is better on correctable rows.</param>
/// <param name="Prevalence">N*: the prevalence where they tie.</param>
/// <param name="Margin">N* minus the present prevalence; negative: the second is ahead already.</param>
/// <param name="Interval">Bootstrap interval of N* over the draws with such a flip; NaN ends when none had one.</param>
/// <param name="DrawsWithoutFlip">Draws in which the first did not win on benign rows or the second not on correctable ones.</param>
public sealed record BenchmarkFlip(int First, int Second, double Prevalence, double Margin, Interval Interval, int DrawsWithoutFlip);

/// <summary>Whether a leaderboard stands once its test labels are mended, and how much noise it would bear.</summary>
/// <param name="Benign">Rows of P.</param>
/// <param name="Correctable">Rows of C.</param>
/// <param name="Unknown">Rows of U, left out of corrected accuracies.</param>
/// <param name="Models">In the order given.</param>
/// <param name="Tables">The present prevalence first, then the grid.</param>
/// <param name="Flips">Every pair that flips, lowest N* first.</param>
/// <param name="Draws">Bootstrap draws behind the intervals.</param>
public sealed record StabilityReport(
    int Benign, int Correctable, int Unknown, IReadOnlyList<ModelStability> Models, IReadOnlyList<RankTable> Tables, IReadOnlyList<BenchmarkFlip> Flips, int Draws)
{
    /// <summary>N: the present share of correctable rows among benign and correctable ones.</summary>
    public double NoisePrevalence => Correctable / (double)(Benign + Correctable);
}
