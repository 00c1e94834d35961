using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Where the right and the wrong rows of a class differ in the space of text embeddings.</summary>
/// <param name="Delta">m values: mean of pi(Phi) over right rows less that over wrong rows.</param>
/// <param name="Right">Right rows.</param>
/// <param name="Wrong">Wrong rows.</param>
public sealed record LanguageDifference(double[] Delta, int Right, int Wrong)
{
    private const int Permutations = 500;

    /// <summary>Measures the difference in one class; null where it has no right or no wrong row.</summary>
    /// <param name="mapped">n x m mapped representations.</param>
    /// <param name="labels">n classes.</param>
    /// <param name="predictions">n predicted classes.</param>
    /// <param name="classIndex">The class.</param>
    public static LanguageDifference? Of(double[] mapped, ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, int classIndex)
    {
        ArgumentNullException.ThrowIfNull(mapped);
        var (rows, right) = Split(labels, predictions, classIndex);
        var count = right.Count(mark => mark);
        return count == 0 || count == rows.Length ? null : new LanguageDifference(Difference(mapped, mapped.Length / labels.Length, rows, right), count, rows.Length - count);
    }

    /// <summary>Psi(t) Delta for each of k sentences.</summary>
    public double[] Scores(ReadOnlySpan<double> embeddings)
    {
        var scores = new double[embeddings.Length / Delta.Length];
        for (var t = 0; t < scores.Length; t++)
            scores[t] = TensorPrimitives.Dot(embeddings.Slice(t * Delta.Length, Delta.Length), Delta);
        return scores;
    }

    /// <summary>The k sentences of highest score, the highest first; ties: lower index first.</summary>
    public static int[] Top(ReadOnlySpan<double> scores, int k)
    {
        var all = scores.ToArray();
        return [.. Enumerable.Range(0, all.Length).OrderByDescending(t => all[t]).ThenBy(t => t).Take(k)];
    }

    /// <summary>The p-value of the length of Delta when marks of right and wrong are shuffled 500 times inside the class.</summary>
    public double PermutationPValue(double[] mapped, ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, int classIndex, long seed)
    {
        ArgumentNullException.ThrowIfNull(mapped);
        var (rows, right) = Split(labels, predictions, classIndex);
        var (width, length) = (Delta.Length, TensorPrimitives.Norm<double>(Delta));
        var exceeded = new bool[Permutations];
        Parallel.For(0, Permutations, p =>
        {
            bool[] shuffled = [.. right];
            RandomStream.For(seed, $"language difference {classIndex}", p).Shuffle(shuffled.AsSpan());
            exceeded[p] = TensorPrimitives.Norm<double>(Difference(mapped, width, rows, shuffled)) >= length;
        });
        return (1.0 + exceeded.Count(x => x)) / (Permutations + 1);
    }

    private static (int[] Rows, bool[] Right) Split(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, int classIndex)
    {
        var (rows, right) = (new List<int>(), new List<bool>());
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == classIndex)
            {
                rows.Add(i);
                right.Add(predictions[i] == classIndex);
            }
        return ([.. rows], [.. right]);
    }

    private static double[] Difference(double[] mapped, int width, int[] rows, bool[] right)
    {
        var (good, bad) = (new double[width], new double[width]);
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var sum = right[i] ? good : bad;
            count += right[i] ? 1 : 0;
            TensorPrimitives.Add(sum, mapped.AsSpan(rows[i] * width, width), sum);
        }
        for (var j = 0; j < width; j++)
            good[j] = good[j] / count - bad[j] / (rows.Length - count);
        return good;
    }
}
