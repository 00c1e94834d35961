using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>Columns that hold one value throughout: they cannot tell rows apart and hide a broken export.</summary>
internal sealed class ConstantColumnCheck : ICheck
{
    public string Id => "constant-column";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        foreach (var column in audit.Candidates().Where(c => c.Kind == ColumnKind.Constant))
        {
            audit.SetAside(column.Name, "constant");
            audit.Report(Id, Severity.Low, $"Column '{column.Name}' holds one value throughout.", [column.Name], [], new()
            {
                ["value"] = column.Texts[0],
                ["missing"] = column.MissingCount,
                ["rule"] = column.KindReason,
            }, "Leave it out, or find out why the export writes one value.");
        }
    }
}
