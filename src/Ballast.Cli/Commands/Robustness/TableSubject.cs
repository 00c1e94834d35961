using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>Rows of a table as samples: numeric columns move in standard deviations, each within the range it has in the data; everything else stays.</summary>
internal static class TableSubject
{
    private const string Unit = "standard deviations of a column";

    public static AttackSubject Of(CommandSession session, ScoringModel model, AttackRequest request)
    {
        if (request.Labels is not null || request.Range is not null)
            throw new ArgumentException($"{(request.Labels is null ? "--range" : "--labels")} goes with arrays; '{request.Path}' is a table.");
        var table = TableReader.Read(request.Path, progress: session.Progress, cancellation: session.Cancellation);
        foreach (var name in request.Ignored.Concat(request.Fixed))
            _ = table[name];
        return model.Table is null ? OfColumns(session, model, request, table) : OfSavedModel(session, model, request, table);
    }

    // The network of a model of ours sees encoded rows: numbers standardised by the training rows, then indicators and codes.
    private static AttackSubject OfSavedModel(CommandSession session, ScoringModel model, AttackRequest request, Table table)
    {
        if (request.Target is not null || request.Ignored.Count > 0)
            throw new ArgumentException($"'{model.Path}' knows its columns itself; --target and --ignore are for models that do not.");
        var (saved, classifier) = (model.Table!, (TrainedNetworkClassifier)model.Table!.Classifier!);
        // Fitted anew on this table, so that a class that the model does not know is told instead of left out.
        var target = saved.Target! with { ClassNames = TargetCoding.Fit(table, saved.Target!.Column, TaskKind.Classification).ClassNames };
        var encoded = saved.Encoder!.Transform(table, target);
        Tell(session, encoded);
        var (rows, classes, _) = AttackSubject.Matched(model, classifier.Encoding.Apply(encoded.Data), request.Classes, request.Path);
        var design = classifier.Encoding.Design;
        var isNumeric = new bool[rows.Width];
        Array.Fill(isNumeric, true, 0, design.Numerics.Count);
        var columns = design.Numerics.Select(numeric => encoded.Data.Columns[numeric.Feature].Name).ToArray();
        var stay = request.Fixed.Where(name => !columns.Contains(name)).ToArray();
        if (stay.FirstOrDefault(name => encoded.Data.Columns.All(column => column.Name != name)) is { } stranger)
            throw new ArgumentException($"--fixed names '{stranger}', which the model does not take.");
        var unit = classifier.Encoding.Quantiles is null ? $"{Unit}, as over the training rows" : "of a column's normal score over the training rows";
        return Limited(model, rows, classes, i => isNumeric[i] && !request.Fixed.Contains(columns[i]), model.Module, unit,
            $"numeric columns move within their range in '{request.Path}', in units of the training rows' deviations; categories, missing values' marks{Also(request)} stay");
    }

    // A network by itself takes the columns in the table's order, as they are.
    private static AttackSubject OfColumns(CommandSession session, ScoringModel model, AttackRequest request, Table table)
    {
        var column = request.Target ?? throw new ArgumentException($"'{model.Path}' does not know the column of classes: name it by --target.");
        var target = TargetCoding.Fit(table, column, TaskKind.Classification);
        string[] features = [.. table.Columns.Select(item => item.Name).Where(name => name != column && !request.Ignored.Contains(name))];
        var encoded = FeatureEncoder.Fit(table, features).Transform(table, target);
        Tell(session, encoded);
        if (encoded.Data.Columns.FirstOrDefault(item => item.Kind != FeatureKind.Numeric) is { } text)
            throw new DataFormatException(request.Path, "texts", "numbers, which the network takes (--ignore leaves a column out)", column: text.Name);
        if (model.InputShape is not [var width] || width != features.Length)
            throw new DataFormatException(request.Path, $"{features.Length} columns of features", $"inputs [{string.Join(", ", model.InputShape)}], which '{model.Path}' takes (--ignore leaves columns out)");
        var raw = encoded.Data;
        for (var i = 0; i < raw.Count; i++)
            if (raw.Row(i).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var j and >= 0)
                throw new DataFormatException(request.Path, $"no finite number in row {raw.RowIds.Span[i] + 1}", "a number in every row", column: features[j]);
        var (rows, classes, note) = AttackSubject.Matched(model, raw, request.Classes, request.Path);
        var (means, deviations) = Moments(rows);
        var standard = new float[rows.Count * rows.Width];
        for (var i = 0; i < standard.Length; i++)
            standard[i] = (float)((rows.Features.Span[i] - means[i % rows.Width]) / deviations[i % rows.Width]);
        // u d + m as (u - (-m/d)) / (1/d): the network sees the columns as they are.
        var back = new InputNormalization([.. means.Zip(deviations, (mean, deviation) => -mean / deviation)], [.. deviations.Select(deviation => 1 / deviation)]);
        return Limited(model, rows.WithFeatures(standard), classes, j => !request.Fixed.Contains(features[j]), new NormalizedModel(model.Module, back), $"{Unit}, as over the data",
            $"columns go into the network as they are, in the table's order, and move within their range in '{request.Path}'{(request.Fixed.Count > 0 ? $", but {Also(request)[5..]} stay" : "")}{note}")
            with
        { Normalizations = model.Normalization is { } own ? [back, own] : [back] };
    }

    private static AttackSubject Limited(
        ScoringModel model, Dataset rows, IReadOnlyList<string> classes, Func<int, bool> mayMove, TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> module, string unit, string assumed)
    {
        var (low, high) = (new float[rows.Width], new float[rows.Width]);
        Array.Fill(low, float.PositiveInfinity);
        Array.Fill(high, float.NegativeInfinity);
        for (var i = 0; i < rows.Count; i++)
            for (var j = 0; j < rows.Width; j++)
                (low[j], high[j]) = (Math.Min(low[j], rows.Row(i)[j]), Math.Max(high[j], rows.Row(i)[j]));
        var stays = Enumerable.Range(0, rows.Width).Select(j => !mayMove(j) || !(high[j] > low[j])).ToArray();
        if (stays.All(fixedColumn => fixedColumn))
            throw new ArgumentException("No numeric column of the table may move: there is nothing to attack.");
        return new AttackSubject(module, model.Type, rows, classes, "row", i => $"{rows.RowIds.Span[i] + 1}", unit, assumed)
        {
            Limits = new FeatureLimits(low, high, stays),
            Widest = Enumerable.Range(0, rows.Width).Where(j => !stays[j]).Max(j => high[j] - low[j]),
        };
    }

    private static (double[] Means, double[] Deviations) Moments(Dataset rows)
    {
        var (means, deviations) = (new double[rows.Width], new double[rows.Width]);
        for (var j = 0; j < rows.Width; j++)
        {
            var column = Enumerable.Range(0, rows.Count).Select(i => (double)rows.Row(i)[j]).ToArray();
            means[j] = column.Average();
            var square = column.Average(value => (value - means[j]) * (value - means[j]));
            deviations[j] = square > 0 ? Math.Sqrt(square) : 1;
        }
        return (means, deviations);
    }

    private static string Also(AttackRequest request) => request.Fixed.Count == 0 ? "" : $" and {string.Join(", ", request.Fixed.Select(name => $"'{name}'"))}";

    private static void Tell(CommandSession session, EncodedTable encoded)
    {
        foreach (var note in encoded.Notes)
            session.Warn(note);
    }
}
