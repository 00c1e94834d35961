using Ballast.Cli.Reports;
using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>Columns without values, or mostly so.</summary>
internal sealed class MissingValuesCheck : ICheck
{
    /// <summary>Share of missing values from which a column counts as mostly empty.</summary>
    public const double MostlyEmpty = 0.8;

    /// <summary>Whether at least <see cref="MostlyEmpty"/> of the values are missing.</summary>
    public static bool IsMostlyEmpty(TableColumn column) => column.Count > 0 && column.MissingCount >= MostlyEmpty * column.Count;

    /// <summary>Share from which a column is set aside: a model must not need a column that is hardly ever there.</summary>
    public const double HardlyEverThere = 0.95;

    public string Id => "missing-values";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        foreach (var column in audit.Table.Columns.Where(c => c.Name != audit.Options.Target && !audit.Options.Ignore.Contains(c.Name)))
        {
            if (column.Kind == ColumnKind.Empty)
            {
                audit.SetAside(column.Name, "empty");
                audit.Report(Id, Severity.Medium, $"Column '{column.Name}' is empty.", [column.Name], [], new() { ["missing"] = column.MissingCount, ["rows"] = column.Count },
                    "Leave it out, or find out why nothing was written to it.");
            }
            else if (IsMostlyEmpty(column) && column.Kind != ColumnKind.Constant)
            {
                var share = (double)column.MissingCount / column.Count;
                if (share >= HardlyEverThere)
                    audit.SetAside(column.Name, "mostly empty");
                audit.Report(Id, Severity.Low, $"Column '{column.Name}' is mostly empty: {Figures.Percent(share)} of its values are missing.", [column.Name], [], new()
                {
                    ["missing"] = column.MissingCount,
                    ["rows"] = column.Count,
                    ["share"] = share,
                }, "Find out why; a value that is present may say when a row was written rather than what it is about.");
            }
        }
    }
}
