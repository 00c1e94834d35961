using System.Numerics.Tensors;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Exchange;
using Ballast.Exchange.Networks;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>Images and npy arrays as samples of a network.</summary>
internal static class ArraySubject
{
    /// <summary>Whether a path holds an npy array.</summary>
    public static bool IsArray(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Images of a folder or an IDX file, pixels in [0,1].</summary>
    public static AttackSubject OfImages(CommandSession session, ScoringModel model, AttackRequest request)
    {
        var options = model.InputShape is [var channels, var height, var width]
            ? new ImageFolderOptions { Size = new ImageSize((int)height, (int)width), Color = channels == 1 ? ImageColor.Grey : ImageColor.Color }
            : new ImageFolderOptions();
        var images = ImageInput.Read(session, request.Path, request.Labels, options);
        var (data, classes, note) = AttackSubject.Matched(model, Shaped(model, images.Data, request.Path), request.Classes, request.Path);
        return new AttackSubject(model.Module, model.Type, data, classes, "image", images.NameOf, "of a pixel in [0,1]", $"pixels lie in [0,1] and {Behind(model)}{note}")
        { Minimum = 0, Maximum = 1, Normalizations = Own(model) };
    }

    /// <summary>An npy array of samples with a file of labels.</summary>
    public static AttackSubject OfArray(CommandSession session, ScoringModel model, AttackRequest request)
    {
        var labels = Labels(request.Labels ?? throw new ArgumentException($"'{request.Path}' holds samples without labels: name the file of labels by --labels."), session);
        var array = NpyFile.Read<float>(request.Path, session.Cancellation);
        if (array.Shape.Count < 2)
            throw new DataFormatException(request.Path, $"an array of shape ({string.Join(", ", array.Shape)})", "samples x features");
        if (labels.Length != array.Shape[0])
            throw new DataFormatException(request.Labels, $"{labels.Length} labels", $"one for each of {array.Shape[0]} samples");
        if (array.Values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var bad and >= 0)
            throw new DataFormatException(request.Path, $"{array.Values[bad]} in sample {bad / (array.Values.Length / array.Shape[0]) + 1}", "finite numbers");
        var (low, high, why) = RangeOf(array.Values, request);
        if (labels.FirstOrDefault(label => label >= model.Outputs, -1) is var stray and >= 0)
            throw new DataFormatException(request.Labels, $"label {stray}", $"0 to {model.Outputs - 1}, for the {model.Outputs} outputs of '{model.Path}'");
        var classes = AttackSubject.Names(model, request.Classes);
        var raw = new Dataset(array.Values, array.Shape[0], sampleShape: [.. array.Shape.Skip(1)], labels: labels, classNames: classes);
        return new AttackSubject(
            model.Module, model.Type, Shaped(model, raw, request.Path), classes, "row", i => $"{i + 1}", "in the array's unit", $"values {why} and {Behind(model)}; labels are numbers of outputs")
        { Minimum = low, Maximum = high, Widest = high - low, Normalizations = Own(model) };
    }

    private static InputNormalization[] Own(ScoringModel model) => model.Normalization is { } own ? [own] : [];

    private static string Behind(ScoringModel model) => model.Normalization is null ? "go into the network as they are" : "are normalised as the network's file says";

    private static Dataset Shaped(ScoringModel model, Dataset data, string path)
    {
        var wanted = model.InputShape.Aggregate(1L, (product, extent) => product * extent);
        return data.Count == 0 || data.Width == wanted
            ? new Dataset(data.Features, data.Count, sampleShape: [.. model.InputShape.Select(extent => (int)extent)], labels: data.Labels, classNames: data.ClassNames, rowIds: data.RowIds)
            : throw new DataFormatException(path, $"samples [{string.Join(", ", data.SampleShape)}]", $"[{string.Join(", ", model.InputShape)}], which '{model.Path}' takes");
    }

    private static (double Low, double High, string Why) RangeOf(float[] values, AttackRequest request)
    {
        var (least, greatest) = values.Length == 0 ? (0f, 1f) : (TensorPrimitives.Min<float>(values), TensorPrimitives.Max<float>(values));
        if (request.Range is { } given)
            return least < given.Low || greatest > given.High
                ? throw new DataFormatException(request.Path, $"values from {least} to {greatest}", $"values within --range {given.Low},{given.High}")
                : (given.Low, given.High, $"lie in [{given.Low}, {given.High}], as --range says,");
        return least >= 0 && greatest <= 1 ? (0, 1, "lie in [0,1]") : (least, greatest, $"lie in [{least}, {greatest}], as those of the file do,");
    }

    private static int[] Labels(string path, CommandSession session)
    {
        var labels = IsArray(path) ? NpyFile.Read<int>(path, session.Cancellation) : Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv" or ".parquet" ? OfTable(path, session) : IdxFile.Read<int>(path, session.Cancellation);
        if (labels.Shape is not ([_] or [_, 1]))
            throw new DataFormatException(path, $"an array of shape ({string.Join(", ", labels.Shape)})", "one label a sample");
        return labels.Values.FirstOrDefault(label => label < 0, 0) is var stray and < 0 ? throw new DataFormatException(path, $"label {stray}", "class numbers from 0") : labels.Values;
    }

    private static DenseArray<int> OfTable(string path, CommandSession session)
    {
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        if (table.Columns.Count != 1)
            throw new DataFormatException(path, $"{table.Columns.Count} columns", "one column of class numbers");
        var values = new int[table.RowCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = table.Columns[0].Number(i) is var number && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue
                ? (int)number
                : throw new DataFormatException(path, $"'{table.Columns[0].Text(i)}' in row {i + 1}", "a class number", column: table.Columns[0].Name);
        return new DenseArray<int>([values.Length], values);
    }
}
