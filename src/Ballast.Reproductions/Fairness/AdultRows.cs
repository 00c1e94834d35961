using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Reproductions.Fairness;

/// <summary>Adult (census income) as the disparity experiments read it: features, sex as the group, income above 50K as the label.</summary>
/// <param name="Features">[n, d]: five numbers and one-hot categories, '?' a category of its own; not standardised, no intercept.</param>
/// <param name="Width">d.</param>
/// <param name="Group">[n], 1 for male.</param>
/// <param name="Label">[n], 1 for more than 50K.</param>
internal sealed record AdultRows(double[] Features, int Width, int[] Group, int[] Label)
{
    private static readonly string[] numbers = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"];
    private static readonly string[] categories = ["workclass", "education", "marital_status", "occupation", "relationship", "race", "native_country"];

    /// <summary>Rows n.</summary>
    public int Count => Group.Length;

    /// <summary>Reads the table; null where the data folder lacks it.</summary>
    public static AdultRows? Read(ReproductionContext context)
    {
        var path = context.DataFolder is null ? null : Path.Combine(context.DataFolder, "adult", "adult.csv");
        if (path is null || !File.Exists(path))
            return null;
        var table = TableReader.Read(path, cancellation: context.Cancellation);
        var n = table.RowCount;
        var columns = new List<double[]>();
        foreach (var name in numbers)
            columns.Add([.. Enumerable.Range(0, n).Select(table[name].Number)]);
        foreach (var name in categories)
        {
            var codes = table[name].Codes.ToArray();
            foreach (var level in codes.Distinct().Order())
                columns.Add([.. codes.Select(code => code == level ? 1.0 : 0)]);
        }
        var features = new double[n * columns.Count];
        for (var j = 0; j < columns.Count; j++)
            for (var i = 0; i < n; i++)
                features[i * columns.Count + j] = columns[j][i];
        return new AdultRows(features, columns.Count, Are(table["sex"], "Male"), Are(table["income"], ">50K"));
    }

    /// <summary>A random 70 to 30 split into training and test positions.</summary>
    public (int[] Train, int[] Test) Split(int seed)
    {
        var order = RandomStream.For(seed, "adult split").Permutation(Count);
        var cut = (int)Math.Round(0.7 * Count);
        return (order[..cut], order[cut..]);
    }

    private static int[] Are(TableColumn column, string text) => [.. Enumerable.Range(0, column.Count).Select(row => column.Text(row) == text ? 1 : 0)];
}
