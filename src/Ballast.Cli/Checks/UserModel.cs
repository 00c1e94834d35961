using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular.Onnx;

namespace Ballast.Cli.Checks;

/// <summary>The user's own ONNX model, with the encoder that makes its input from the table.</summary>
internal static class UserModel
{
    /// <summary>
    /// Opens the model for the columns it was made for. A model with an input a column finds them by name; one with a single input [n, d] takes the
    /// columns in the table's order: all features, or else every column but the target, whichever number d fits.
    /// </summary>
    /// <exception cref="DataFormatException">The file is no model, or its inputs or outputs do not fit the table.</exception>
    public static (OnnxClassifier Model, FeatureEncoder Encoder) Open(Audit audit, TargetCoding coding)
    {
        var path = audit.Options.Model!;
        var all = audit.Table.Columns.Where(c => c.Name != audit.Options.Target && !audit.Options.Ignore.Contains(c.Name)).ToArray();
        string[][] choices = [[.. audit.Everything.Columns.Select(c => c.Name)], [.. all.Select(c => c.Name)]];
        DataFormatException? first = null;
        foreach (var names in choices)
        {
            var encoder = FeatureEncoder.Fit(audit.Table, names);
            try
            {
                return (OnnxClassifier.Load(path, coding.ClassNames, encoder.FeatureColumns), encoder);
            }
            catch (DataFormatException error)
            {
                first ??= error;
            }
        }
        throw first!;
    }
}
