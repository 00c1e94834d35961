using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Calibration errors over bins of equal width where nothing but the error is asked: sums of outcome minus probability a bin, one pass over the rows on all cores.</summary>
internal static class BinnedResiduals
{
    /// <summary>Rows in turn add to one of so many copies of the sums: a sum that is added to in every row would have to wait for itself.</summary>
    private const int Copies = 4;

    /// <summary>Products this near a whole number may lie on the wrong side of an edge.</summary>
    private const double Doubt = 1e-9;

    public static double OfTopLabel(Predictions predictions, ReadOnlySpan<int> labels, int bins)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = predictions.Classes;
        return Sum(predictions, labels, bins, Copies, (values, y, sums, binning) =>
        {
            for (var i = 0; i < y.Length; i++)
            {
                var (top, first) = Top(values.Slice(i * classes, classes));
                sums[i % Copies * bins + binning.BinOf(top)] += (first == y[i] ? 1 : 0) - top;
            }
        }, totals =>
        {
            var error = 0.0;
            for (var b = 0; b < bins; b++)
            {
                var sum = 0.0;
                for (var copy = 0; copy < Copies; copy++)
                    sum += totals[copy * bins + b];
                error += Math.Abs(sum);
            }
            return error;
        });
    }

    public static double OfClasses(Predictions predictions, ReadOnlySpan<int> labels, int bins)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = predictions.Classes;
        return Sum(predictions, labels, bins, classes, (values, y, sums, binning) =>
        {
            for (var i = 0; i < y.Length; i++)
            {
                var row = values.Slice(i * classes, classes);
                var start = 0;
                foreach (var p in row)
                {
                    sums[start + binning.BinOf(p)] -= p;
                    start += bins;
                }
                sums[y[i] * bins + binning.BinOf(row[y[i]])] += 1;
            }
        }, totals => TensorPrimitives.SumOfMagnitudes<double>(totals) / classes);
    }

    private delegate void Accumulate(ReadOnlySpan<double> values, ReadOnlySpan<int> labels, Span<double> sums, Binning binning);

    private static double Sum(Predictions predictions, ReadOnlySpan<int> labels, int bins, int copies, Accumulate accumulate, Func<double[], double> error)
    {
        Guard.Positive(bins);
        var classes = predictions.Classes;
        LabelledRows.Check(labels, predictions.Count, classes);
        unsafe
        {
            fixed (int* first = labels)
            {
                var (y, rows) = ((nint)first, labels.Length);
                var parts = RowChunks.Map(rows, (start, end) =>
                {
                    var sums = new double[copies * bins];
                    accumulate(predictions.Values[(start * classes)..(end * classes)], new ReadOnlySpan<int>((int*)y + start, end - start), sums, new Binning(bins));
                    return sums;
                });
                foreach (var part in parts.Skip(1))
                    TensorPrimitives.Add<double>(parts[0], part, parts[0]);
                return error(parts[0]) / rows;
            }
        }
    }

    /// <summary>The largest value of a row and the first place it stands at.</summary>
    private static (double Top, int First) Top(ReadOnlySpan<double> row)
    {
        if (!Vector256.IsHardwareAccelerated || row.Length < Vector256<double>.Count || row.Length > 64)
        {
            var best = KeptOrder.Top(row);
            return (row[best], best);
        }
        ref var start = ref MemoryMarshal.GetReference(row);
        // The last four overlap with those before where the length is no multiple of four.
        var tail = row.Length - Vector256<double>.Count;
        var largest = Vector256.LoadUnsafe(ref start, (nuint)tail);
        for (var k = 0; k < tail; k += Vector256<double>.Count)
            largest = Vector256.MaxNative(largest, Vector256.LoadUnsafe(ref start, (nuint)k));
        var half = Vector128.MaxNative(largest.GetLower(), largest.GetUpper());
        var top = double.MaxNative(half[0], half[1]);
        // Where the largest stands is anybody's guess: a mask of all places costs less than guessing wrong.
        var (everywhere, mask) = (Vector256.Create(top), 0UL);
        for (var k = 0; k < tail; k += Vector256<double>.Count)
            mask |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)k), everywhere).ExtractMostSignificantBits() << k;
        mask |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)tail), everywhere).ExtractMostSignificantBits() << tail;
        return (top, BitOperations.TrailingZeroCount(mask));
    }

    private readonly struct Binning(int bins)
    {
        private readonly double width = bins;
        private readonly BinTotals exact = new(bins);

        public int BinOf(double confidence)
        {
            var product = confidence * width;
            var b = (int)product;
            var beyond = product - b;
            return beyond > Doubt && beyond < 1 - Doubt ? b : exact.BinOf(confidence);
        }
    }
}
