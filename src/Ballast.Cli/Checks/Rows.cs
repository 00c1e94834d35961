using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>Picks rows of predictions and labels together.</summary>
internal static class Rows
{
    /// <summary>Predictions and labels at <paramref name="positions"/>, in that order.</summary>
    public static (Predictions Predictions, int[] Labels) Pick(Predictions predictions, ReadOnlySpan<int> labels, ReadOnlySpan<int> positions)
    {
        var values = new double[positions.Length * predictions.Classes];
        var picked = new int[positions.Length];
        var ids = new int[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            predictions.Row(positions[i]).CopyTo(values.AsSpan(i * predictions.Classes));
            picked[i] = labels[positions[i]];
            ids[i] = predictions.RowIds.Span[positions[i]];
        }
        return (new Predictions(values, predictions.Classes, ids), picked);
    }
}
