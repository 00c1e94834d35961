using System.Text;
using static Ballast.Learning.Tabular.LightGbm.NativeMethods;

namespace Ballast.Learning.Tabular.LightGbm;

/// <summary>A trained sequence of trees, made from LightGBM's own text form. Safe to predict with from many threads.</summary>
/// <remarks>Models are passed around and shared; the native memory goes when the garbage collector finds the last reference gone.</remarks>
internal sealed unsafe class Booster
{
    private const int RowsPerChunk = 2048;
    private readonly BoosterHandle handle;

    /// <summary>Parses <paramref name="text"/>.</summary>
    /// <exception cref="InvalidOperationException">LightGBM cannot read the text.</exception>
    internal Booster(string text)
    {
        Text = text;
        SilenceLog();
        // Two closing zeros: LightGBM's parser looks one character past the end of a line.
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 2];
        Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* model = bytes)
            Check(LGBM_BoosterLoadModelFromString(model, out _, out handle));
        Check(LGBM_BoosterGetNumFeature(handle, out var features));
        Check(LGBM_BoosterGetNumClasses(handle, out var outputs));
        (Features, Outputs) = (features, outputs);
    }

    /// <summary>LightGBM's text form.</summary>
    internal string Text { get; }

    /// <summary>Features d that a row must have.</summary>
    internal int Features { get; }

    /// <summary>Values that a row is answered with: K for three or more classes, else 1.</summary>
    internal int Outputs { get; }

    /// <summary>Predicts n rows of d features into n x <see cref="Outputs"/> values, on all cores, chunk by chunk.</summary>
    internal double[] Predict(ReadOnlyMemory<float> rows, int count)
    {
        var results = new double[checked(count * Outputs)];
        var chunks = (count + RowsPerChunk - 1) / RowsPerChunk;
        Parallel.For(0, chunks, chunk =>
        {
            var start = chunk * RowsPerChunk;
            var take = Math.Min(RowsPerChunk, count - start);
            SilenceLog();
            fixed (float* data = rows.Span[(start * Features)..])
            fixed (double* target = &results[start * Outputs])
                Check(LGBM_BoosterPredictForMat(
                    handle, data, Float32, take, Features, isRowMajor: 1, PredictNormal, startIteration: 0, iterations: -1,
                    "num_threads=1 verbosity=-1", out _, target));
        });
        return results;
    }

    /// <summary>Total loss reduction by each of the d features.</summary>
    internal double[] Gains()
    {
        var gains = new double[Features];
        fixed (double* target = gains)
            Check(LGBM_BoosterFeatureImportance(handle, iterations: 0, ImportanceByGain, target));
        return gains;
    }
}

/// <summary>One training run of LightGBM.</summary>
internal sealed unsafe class BoosterTraining : IDisposable
{
    private readonly BoosterHandle booster;
    private readonly List<DatasetHandle> data;

    /// <summary>Bins the rows and prepares the first round.</summary>
    internal BoosterTraining(TrainingRows train, TrainingRows? validation, string parameters)
    {
        SilenceLog();
        data = [Create(train, parameters, reference: 0)];
        Check(LGBM_BoosterCreate(data[0], parameters, out booster));
        if (validation is not null)
        {
            data.Add(Create(validation, parameters, data[0].DangerousGetHandle()));
            Check(LGBM_BoosterAddValidData(booster, data[1]));
        }
    }

    /// <summary>Boosts until the rounds are up, nothing can be split, or the validation loss has not fallen for <paramref name="patience"/> rounds; gives the text form.</summary>
    internal string Run(int rounds, int patience, CancellationToken cancellation)
    {
        var (best, bestLoss, done, finished) = (0, double.PositiveInfinity, 0, 0);
        while (done < rounds && finished == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Check(LGBM_BoosterUpdateOneIter(booster, out finished));
            done++;
            if (data.Count < 2)
                continue;
            double loss;
            Check(LGBM_BoosterGetEval(booster, dataIndex: 1, out _, &loss));
            if (loss < bestLoss)
                (best, bestLoss) = (done, loss);
            else if (done - best >= patience)
                break;
        }
        return Save(iterations: data.Count < 2 ? -1 : Math.Max(best, 1));
    }

    public void Dispose()
    {
        booster.Dispose();
        foreach (var rows in data)
            rows.Dispose();
    }

    private string Save(int iterations)
    {
        Check(LGBM_BoosterSaveModelToString(booster, 0, iterations, ImportanceByGain, 0, out var length, null));
        var text = new byte[length];
        fixed (byte* target = text)
            Check(LGBM_BoosterSaveModelToString(booster, 0, iterations, ImportanceByGain, length, out _, target));
        return Encoding.UTF8.GetString(text.AsSpan(0, checked((int)length - 1))); // without the closing zero
    }

    private static DatasetHandle Create(TrainingRows rows, string parameters, nint reference)
    {
        DatasetHandle handle;
        fixed (float* features = rows.Features.Span)
            Check(LGBM_DatasetCreateFromMat(features, Float32, rows.Labels.Length, rows.Width, isRowMajor: 1, parameters, reference, out handle));
        SetField(handle, "label", rows.Labels);
        SetField(handle, "weight", rows.Weights);
        return handle;
    }

    private static void SetField(DatasetHandle handle, string field, float[] values)
    {
        fixed (float* data = values)
            Check(LGBM_DatasetSetField(handle, field, data, values.Length, Float32));
    }
}

/// <summary>Rows as LightGBM takes them.</summary>
/// <param name="Features">n x <paramref name="Width"/>, row-major.</param>
/// <param name="Width">Features d, at least 1.</param>
/// <param name="Labels">n class indices or targets.</param>
/// <param name="Weights">n weights, or empty for all 1.</param>
internal sealed record TrainingRows(ReadOnlyMemory<float> Features, int Width, float[] Labels, float[] Weights);
