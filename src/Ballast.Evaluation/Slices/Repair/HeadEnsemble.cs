using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Evaluation.Slices.Language;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>A last layer for each confirmed hypothesis, in place of the old one.</summary>
public sealed class HeadEnsemble
{
    private readonly LanguageAligner aligner;
    private readonly HeadRouting routing;
    private readonly (TestedHypothesis Hypothesis, LastLayer Head, double Mean, double Scale)[] heads;

    internal HeadEnsemble(LanguageAligner aligner, HeadRouting routing, (TestedHypothesis, LastLayer, double, double)[] heads) => (this.aligner, this.routing, this.heads) = (aligner, routing, heads);

    /// <summary>The heads, in the order of the report's hypotheses.</summary>
    public IReadOnlyList<LastLayer> Heads => [.. heads.Select(head => head.Head)];

    /// <summary>n x K probabilities.</summary>
    /// <param name="representations">n x d representations.</param>
    /// <param name="before">n classes that the old last layer predicts; needed for <see cref="HeadRouting.PredictedClass"/> alone.</param>
    /// <exception cref="ArgumentException">Heads are routed by predicted class and there are not as many of these as rows.</exception>
    public double[] Probabilities(ReadOnlySpan<double> representations, ReadOnlySpan<int> before = default)
    {
        var all = new double[heads.Length][];
        for (var h = 0; h < heads.Length; h++)
            all[h] = heads[h].Head.Probabilities(representations);
        var mean = new double[all[0].Length];
        foreach (var probabilities in all)
            TensorPrimitives.MultiplyAdd(probabilities, 1.0 / heads.Length, mean, mean);
        if (routing == HeadRouting.Mean)
            return mean;
        var classes = heads[0].Head.Classes;
        Guard.SameLength(mean.Length / classes, before.Length, nameof(representations), nameof(before));
        var mapped = aligner.Map(representations);
        var scores = heads.Select(head => head.Hypothesis.ScoresOf(mapped)).ToArray();
        for (var i = 0; i < before.Length; i++)
        {
            var best = -1;
            for (var h = 0; h < heads.Length; h++)
                if (heads[h].Hypothesis.Class == before[i] && (best < 0 || Standardized(h, i) > Standardized(best, i)))
                    best = h;
            if (best >= 0)
                all[best].AsSpan(i * classes, classes).CopyTo(mean.AsSpan(i * classes, classes));
        }
        return mean;

        double Standardized(int h, int i) => heads[h].Scale > 0 ? (scores[h][i] - heads[h].Mean) / heads[h].Scale : 0;
    }

    /// <summary>n classes, the lowest at ties.</summary>
    /// <param name="representations">n x d representations.</param>
    /// <param name="before">n classes that the old last layer predicts; needed for <see cref="HeadRouting.PredictedClass"/> alone.</param>
    public int[] Predict(ReadOnlySpan<double> representations, ReadOnlySpan<int> before = default) => Decide(Probabilities(representations, before), heads[0].Head.Classes);

    internal static int[] Decide(double[] probabilities, int classes)
    {
        var decided = new int[probabilities.Length / classes];
        for (var i = 0; i < decided.Length; i++)
            decided[i] = TensorPrimitives.IndexOfMax<double>(probabilities.AsSpan(i * classes, classes));
        return decided;
    }
}
