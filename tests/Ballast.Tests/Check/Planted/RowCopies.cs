using System.Globalization;
using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Makes exact and near copies of rows.</summary>
/// <param name="rows">The rows before any copy: where other rows' values and spreads come from.</param>
/// <param name="numeric">Numeric clean columns that may be changed.</param>
/// <param name="text">Text columns that may be changed.</param>
internal sealed class RowCopies(IReadOnlyList<PlantedRow> rows, int[] numeric, int[] text)
{
    private readonly Dictionary<int, Spread> spreads = numeric.ToDictionary(c => c, c => Spread.Of(rows.Select(row => row.Cells[c])));

    /// <summary>A copy of each of some rows, no row twice.</summary>
    public List<PlantedRow> Make(Planting planting, RandomStream random)
    {
        var exact = (int)Math.Round(planting.ExactCopies * rows.Count);
        var near = (int)Math.Round(planting.NearCopies * rows.Count);
        var kinds = planting.NearKinds.Where(kind => kind != CopyKind.TextForm || text.Length > 0)
            .Where(kind => kind is not (CopyKind.JitterOne or CopyKind.JitterAll) || numeric.Length > 0).ToArray();
        var order = new Queue<int>(random.Permutation(rows.Count));
        var copies = new List<PlantedRow>(exact + near);
        for (var i = 0; i < exact; i++)
            copies.Add(rows[order.Dequeue()].Copy(CopyKind.Exact));
        for (var i = 0; i < near;)
        {
            var copy = rows[order.Dequeue()].Copy(kinds[i % kinds.Length]);
            if (!Change(copy, random))
                continue;
            copies.Add(copy);
            i++;
        }
        return copies;
    }

    /// <summary>False when the row has no cell that this kind can change.</summary>
    private bool Change(PlantedRow copy, RandomStream random)
    {
        switch (copy.Kind)
        {
            case CopyKind.JitterOne:
                var filled = numeric.Where(c => CanJitter(copy, c)).ToArray();
                if (filled.Length > 0)
                    Jitter(copy, filled[random.Next(filled.Length)], random);
                return filled.Length > 0;

            case CopyKind.JitterAll:
                var all = numeric.Where(c => CanJitter(copy, c)).ToArray();
                foreach (var c in all)
                    Jitter(copy, c, random);
                return all.Length > 0;

            case CopyKind.TextForm:
                var texts = text.Where(c => !CsvTable.IsMissing(copy.Cells[c])).ToArray();
                if (texts.Length > 0)
                    ChangeForm(copy, texts[random.Next(texts.Length)], random);
                return texts.Length > 0;

            default:
                return TakeOneCell(copy, random);
        }
    }

    private bool CanJitter(PlantedRow row, int column) => double.IsFinite(CsvTable.Number(row.Cells[column])) && spreads[column].Deviation > 0;

    private void Jitter(PlantedRow copy, int column, RandomStream random)
    {
        var (deviation, whole) = spreads[column];
        var value = CsvTable.Number(copy.Cells[column]);
        var size = (0.001 + (0.009 * random.NextDouble())) * deviation;
        // Whole numbers of a wide range stay whole, as a recount would leave them; 1% of a narrow one's spread is below 1.
        if (whole && 0.01 * deviation >= 1)
            size = Math.Max(1, Math.Round(size));
        var moved = value + (random.Next(2) == 0 ? size : -size);
        var decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 15);
        copy.Cells[column] = Math.Round(moved, decimals).ToString(CultureInfo.InvariantCulture);
    }

    private static void ChangeForm(PlantedRow copy, int column, RandomStream random)
    {
        var cell = copy.Cells[column];
        string[] forms = [cell.ToUpperInvariant(), cell.ToLowerInvariant(), cell + " "];
        var changed = forms.Where(form => form != cell).ToArray();
        copy.Cells[column] = changed[random.Next(changed.Length)];
    }

    private bool TakeOneCell(PlantedRow copy, RandomStream random)
    {
        int[] columns = [.. numeric, .. text];
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var column = columns[random.Next(columns.Length)];
            var value = rows[random.Next(rows.Count)].Cells[column];
            if (value == copy.Cells[column])
                continue;
            copy.Cells[column] = value;
            return true;
        }
        return false;
    }

    private readonly record struct Spread(double Deviation, bool Whole)
    {
        public static Spread Of(IEnumerable<string> cells)
        {
            var values = cells.Select(CsvTable.Number).Where(double.IsFinite).ToArray();
            var mean = values.Average();
            return new Spread(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), values.All(double.IsInteger));
        }
    }
}
