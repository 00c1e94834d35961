using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>Columns that name a row rather than describe it: a model that uses them learns the training rows by heart.</summary>
internal sealed class IdentifierColumnCheck : ICheck
{
    public string Id => "identifier-column";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        foreach (var column in audit.Candidates().Where(c => c.Kind == ColumnKind.Identifier))
        {
            audit.SetAside(column.Name, "identifier");
            if (MissingValuesCheck.IsMostlyEmpty(column))
                continue;
            audit.Report(Id, Severity.Medium, $"Column '{column.Name}' names rows rather than describing them.", [column.Name], [], new()
            {
                ["distinct"] = column.DistinctCount,
                ["rows"] = column.Count,
                ["rule"] = column.KindReason,
            }, $"Leave it out of the features, or say --numeric '{column.Name}' or --categorical '{column.Name}' if it does describe rows.");
        }
    }
}
