using Ballast.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Feeding;

/// <summary>The batches of an epoch, in the sampler's order. Unchanged samples are gathered by torch; transformed ones are made one batch ahead on another thread.</summary>
internal sealed class BatchFeed : IDisposable
{
    private readonly Dataset data;
    private readonly TrainerOptions options;
    private readonly Device device;
    private readonly SampleTensors samples;
    private readonly Tensor? inputs;
    private readonly Func<int, int[]> draw;
    private int[] order = [];
    private int epoch, next;
    private Task<TransformedInputs>? ahead;

    public BatchFeed(Dataset data, TrainerOptions options, Device device)
    {
        (this.data, this.options, this.device) = (data, options, device);
        samples = new SampleTensors(data, device);
        inputs = options.Transform is null ? SampleTensors.Inputs(data).to(device) : null;
        draw = e => options.Sampler.Draw(data, options.Seed, e, options.Epochs);
        var draws = options.Sampler.DrawsPerEpoch(data);
        BatchesPerEpoch = options.PartialBatch == PartialBatch.Drop ? draws / options.BatchSize : (draws + options.BatchSize - 1) / options.BatchSize;
    }

    public int BatchesPerEpoch { get; }

    /// <summary>Turns to an epoch, at its batch <paramref name="batch"/>.</summary>
    public void Begin(int epoch, int batch)
    {
        Abandon();
        (this.epoch, next, order) = (epoch, batch, draw(epoch));
        PrepareNext();
    }

    /// <summary>Samples of the next batches, views not counted.</summary>
    public int SamplesAhead(int batches) => Math.Min(order.Length, (next + batches) * options.BatchSize) - next * options.BatchSize;

    /// <summary>The next batch, whose tensors belong to <paramref name="scope"/>.</summary>
    public Batch Next(DisposeScope scope)
    {
        var rows = Rows(next++);
        if (ahead is null)
            return Assemble(RowTensor(rows), rowTensor => inputs!.index_select(0, rowTensor), mixes: null);
        var transformed = ahead.GetAwaiter().GetResult();
        ahead = null;
        scope.Attach(transformed.Inputs);
        PrepareNext();
        return Assemble(RowTensor(rows), _ => transformed.Inputs.to(device), transformed.Mixes);
    }

    public void Dispose() => Abandon();

    private Batch Assemble(Tensor rows, Func<Tensor, Tensor> gather, BatchMix?[]? mixes) => new()
    {
        Inputs = gather(rows),
        Labels = samples.Labels?.index_select(0, rows),
        Targets = samples.Targets?.index_select(0, rows),
        Weights = samples.Weights?.index_select(0, rows),
        Groups = samples.Groups?.index_select(0, rows),
        Rows = rows,
        Mixed = mixes is null || Array.TrueForAll(mixes, mix => mix is null) ? null : Partners(rows, mixes),
        Views = options.Views,
    };

    // A view that was not mixed beside one that was is all its own.
    private MixedPartners Partners(Tensor rows, BatchMix?[] mixes)
    {
        var count = (int)rows.shape[0] / options.Views;
        var partners = new long[rows.shape[0]];
        var share = new float[partners.Length];
        for (var i = 0; i < partners.Length; i++)
        {
            var (view, sample) = Math.DivRem(i, count);
            partners[i] = view * count + (mixes[view]?.Partners[sample] ?? sample);
            share[i] = mixes[view]?.Share[sample] ?? 1;
        }
        var others = rows.index_select(0, tensor(partners).to(device));
        return new MixedPartners(samples.Labels?.index_select(0, others), samples.Targets?.index_select(0, others), tensor(share).to(device));
    }

    private Tensor RowTensor(ReadOnlySpan<int> rows)
    {
        var all = new long[rows.Length * options.Views];
        for (var i = 0; i < all.Length; i++)
            all[i] = rows[i % rows.Length];
        return tensor(all).to(device);
    }

    private ReadOnlySpan<int> Rows(int batch)
    {
        var start = batch * options.BatchSize;
        return order.AsSpan(start, Math.Min(options.BatchSize, order.Length - start));
    }

    private void PrepareNext()
    {
        if (options.Transform is not { } transform || next >= BatchesPerEpoch)
            return;
        var rows = Rows(next).ToArray();
        var key = new BatchKey(options.Seed, epoch, (long)epoch * BatchesPerEpoch + next, next * options.BatchSize, View: 0, options.Views);
        ahead = Task.Run(() => TransformedInputs.Make(transform, data, rows, key));
    }

    // What was made ahead and is not wanted any more still holds memory of torch.
    private void Abandon()
    {
        var pending = ahead;
        ahead = null;
        if (pending is not null && ((IAsyncResult)pending).AsyncWaitHandle.WaitOne() && pending.IsCompletedSuccessfully)
            pending.Result.Inputs.Dispose();
    }
}
