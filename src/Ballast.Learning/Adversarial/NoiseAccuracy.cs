using Ballast.Core;
using Ballast.Learning.Training;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>How often a model is still right when its inputs are moved at random: what befalls a user without an attacker.</summary>
public static class NoiseAccuracy
{
    private const int BatchSize = 512;

    /// <summary>The share of draws in which each sample is classified right, moved uniformly in the box of the threat's radius (whatever its norm) and then brought into its ball and range.</summary>
    /// <param name="model">Maps [B, sample shape] to scores [B, K], in float32, on the processor.</param>
    /// <param name="data">Labelled samples.</param>
    /// <param name="threat">Radius, range and what may be changed.</param>
    /// <param name="draws">Draws for each sample, at least 1.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>n shares in [0, 1].</returns>
    public static double[] Measure(Model model, Dataset data, ThreatModel threat, int draws, int seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(threat);
        Guard.Positive(draws);
        if (data.Labels.Length != data.Count)
            throw new ArgumentException("The samples have no labels.", nameof(data));
        using var threads = TorchThreads.Use(1);
        using var mode = ModelMode.Evaluation(model);
        using var frozen = no_grad();
        var shares = new double[data.Count];
        foreach (var rows in Enumerable.Range(0, data.Count).Chunk(BatchSize))
            for (var draw = 0; draw < draws; draw++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var x = tensor(data.Features.Slice(rows[0] * data.Width, rows.Length * data.Width).ToArray()).reshape([rows.Length, .. data.SampleShape.Select(extent => (long)extent)]);
                var noise = tensor(new AttackKeys(seed, draw, [.. rows.Select(row => (long)row)]).Uniforms(0, data.Width)).reshape(x.shape).Times(threat.Epsilon);
                var predicted = model.call(threat.Project(x + noise, x)).argmax(1).data<long>().ToArray();
                for (var i = 0; i < rows.Length; i++)
                    shares[rows[i]] += predicted[i] == data.Labels.Span[rows[i]] ? 1.0 / draws : 0;
            }
        return shares;
    }
}
