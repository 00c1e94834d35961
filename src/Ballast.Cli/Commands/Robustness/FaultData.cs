using System.Numerics.Tensors;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Learning.Training.Feeding;
using Ballast.Robustness.Faults;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>The network and the rows that faults are tried on.</summary>
/// <param name="Model">The network.</param>
/// <param name="RunShape">The shape of its input for one row.</param>
/// <param name="Calibration">Rows that give the ranges of activations.</param>
/// <param name="Inputs">Rows that are run with faults.</param>
internal sealed record FaultData(FaultModel Model, Extents RunShape, FaultInputs Calibration, FaultInputs Inputs)
{
    private const int CalibrationRows = 500;

    public static FaultData Read(CommandSession session, FaultJob job)
    {
        var model = FaultModel.Open(job);
        var data = ReadRows(session, job, model);
        if (model.Normalization is { } normalization && ImageInput.Is(job.Data))
            data = ChannelNormalization.Apply(data, normalization);
        var sample = model.SampleShapeFor(Extents.Of(data.SampleShape));
        if (data.Count == 0 || sample.Any(extent => extent < 0) || data.Width != sample.Product)
            throw new DataFormatException(job.Data, $"{data.Count} rows of {data.Width} numbers", $"rows of {Named(sample)}, which '{job.Model}' takes");
        if (!TensorPrimitives.IsFiniteAll(data.Features.Span))
            throw new DataFormatException(job.Data, "an input that is missing or not finite", "numbers alone");
        var order = RandomStream.For(session.Seed, "inject, rows").Permutation(data.Count);
        return new FaultData(model, model.RunShape(sample), Of(data, order, CalibrationRows), Of(data, order, job.Rows));
    }

    private static string Named(Extents sample) => sample.Any(extent => extent < 0) ? $"shape [{string.Join(", ", sample.Select(extent => extent < 0 ? "?" : $"{extent}"))}]" : $"{sample.Product}";

    private static FaultInputs Of(Dataset data, int[] order, int rows)
    {
        var chosen = data.Select(order.AsSpan(0, Math.Min(rows, order.Length)));
        return new FaultInputs(chosen.Features, chosen.Count);
    }

    private static Dataset ReadRows(CommandSession session, FaultJob job, FaultModel model)
    {
        if (ImageInput.Is(job.Data))
            return model.SampleShape is [var channels, > 0 and var height, > 0 and var width]
                ? ImageInput.ReadUnlabelled(session, job.Data, new ImageSize(height, width), channels == 1 ? ImageColor.Grey : ImageColor.Color).Data
                : throw new DataFormatException(job.Model, $"a network for inputs {model.SampleShape}", "one for images [channels, height, width]");
        if (Path.GetExtension(job.Data).Equals(".npy", StringComparison.OrdinalIgnoreCase))
        {
            var array = NpyFile.Read<float>(job.Data, session.Cancellation);
            var rows = array.Shape.Count > 0 ? (int)array.Shape[0] : 0;
            return rows == 0 ? throw new DataFormatException(job.Data, "no rows", "an array [n, ...]") : new Dataset(array.Values, rows, [], array.Shape.Count > 1 ? [.. array.Shape.Skip(1).Select(extent => (int)extent)] : [1]);
        }
        var table = TableReader.Read(job.Data, progress: session.Progress, cancellation: session.Cancellation);
        if (model.Encode is { } encode)
        {
            if (job.Labels is not null)
                throw new ArgumentException($"'{job.Model}' knows its columns itself; --labels is for models that do not.");
            var encoded = encode(table);
            foreach (var note in encoded.Notes)
                session.Warn(note);
            return encoded.Data;
        }
        if (job.Labels is not null)
            _ = table[job.Labels];
        return FeatureEncoder.Fit(table, [.. table.Columns.Select(column => column.Name).Where(name => name != job.Labels)]).Transform(table);
    }
}
