using System.Runtime.ExceptionServices;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Proves for which samples no change of at most a radius in the maximum norm can turn the network's answer.</summary>
/// <remarks>
/// For each sample that is classified right, the margins label - other are bounded from below on the box around it, the rows merged into the last layer; it is certified when all bounds are above 0, strictly.
/// Methods are tried in the order of their cost, each on what those before left open. Batches are bounded side by side, torch on one thread for each. What is proved holds for the network in real arithmetic
/// with its weights taken exactly (<see cref="Soundness.RealArithmetic"/>).
/// </remarks>
/// <param name="network">Scores of at least two classes.</param>
/// <param name="options">How; null for CROWN, proved.</param>
public sealed class Certifier(BoundedNetwork network, CertificationOptions? options = null)
{
    // Coefficients of a batch's rows on the widest layer: 32 MiB.
    private const long BatchElements = 1 << 22;
    private const int MostSamples = 64;

    private readonly CertificationOptions options = options ?? new();
    private readonly int classes = network is { Outputs: >= 2 } ? network.Outputs : throw new ArgumentException($"The network has {network?.Outputs} outputs; certificates are for at least two classes.", nameof(network));

    /// <summary>Certifies samples.</summary>
    /// <param name="data">Labelled samples.</param>
    /// <param name="threat">Radius in the maximum norm, range and limits of the features, in the samples' own units.</param>
    /// <param name="normalizations">What samples go through before the network sees them, first one first; null for nothing.</param>
    /// <param name="progress">Told of samples done.</param>
    /// <param name="cancellation">Stops between batches and between groups of neurons.</param>
    /// <exception cref="ArgumentException">The threat is of another norm; samples have no labels, lie outside the range or do not fit the network; a label is none of its outputs.</exception>
    public CertificationReport Run(
        Dataset data, ThreatModel threat, IReadOnlyList<InputNormalization>? normalizations = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(threat);
        if (threat.Norm != PerturbationNorm.LInfinity)
            throw new ArgumentException("Certificates are for the maximum norm.", nameof(threat));
        if (data.Labels.Length != data.Count)
            throw new ArgumentException("The samples have no labels.", nameof(data));
        if (data.Count > 0 && data.Width != network.InputShape.Aggregate(1L, (product, extent) => product * extent))
            throw new ArgumentException($"The samples have {data.Width} features; the network takes [{string.Join(", ", network.InputShape)}].", nameof(data));
        using var threads = TorchThreads.Use(1);
        var samples = new CertifiedSample[data.Count];
        var done = 0;
        try
        {
            Parallel.ForEach(
                Enumerable.Range(0, data.Count).Chunk(options.BatchSize ?? SamplesThatFit()), new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation },
                rows =>
                {
                    Certify(data, rows, threat, normalizations ?? [], samples, cancellation);
                    progress?.Report(new ProgressUpdate("certifying", Interlocked.Add(ref done, rows.Length) / (double)data.Count));
                });
        }
        catch (AggregateException error) when (error.InnerExceptions.Count > 0)
        {
            // What one batch finds wrong is what the caller did wrong.
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        return new CertificationReport(samples, classes);
    }

    private int SamplesThatFit() => (int)Math.Clamp(BatchElements / ((classes - 1) * network.WidestBefore(network.Steps.Count - 1)), 1, MostSamples);

    private void Certify(Dataset data, int[] rows, ThreatModel threat, IReadOnlyList<InputNormalization> normalizations, CertifiedSample[] samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var labels = Array.ConvertAll(rows, row => data.Labels.Span[row]);
        var x = tensor(data.Features.Slice(rows[0] * data.Width, rows.Length * data.Width).ToArray()).to(float64).reshape([rows.Length, .. network.InputShape]);
        var boxes = normalizations.Aggregate(InputBox.Around(x, threat), (box, normalization) => box.Through(normalization));
        var point = normalizations.Aggregate(x, NormalizedModel.Normalize);
        var scores = network.Forward(point.to(network.Type)).to(float64);
        var margins = (Specification.Margins(labels, classes).Rows.matmul(scores.unsqueeze(2))).squeeze(2).amin([1]).data<double>().ToArray();
        var predicted = scores.argmax(1).data<long>().ToArray();
        var open = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            var isRight = margins[i] > 0;
            samples[rows[i]] = new CertifiedSample(labels[i], (int)predicted[i], isRight ? CertificationOutcome.Unknown : CertificationOutcome.Misclassified, margins[i], isRight ? double.NegativeInfinity : double.NaN, null);
            if (isRight)
                open.Add(i);
        }
        if (open.Count == 0)
            return;
        for (var method = BoundMethod.Ibp; method <= options.Method && open.Count > 0; method++)
        {
            cancellation.ThrowIfCancellationRequested();
            open = LeftOpen(method, boxes, labels, rows, open, samples, cancellation);
        }
    }

    private List<int> LeftOpen(BoundMethod method, InputBox boxes, int[] labels, int[] rows, List<int> open, CertifiedSample[] samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(open.Select(i => (long)i).ToArray());
        var box = new InputBox(boxes.Lower.index_select(0, chosen), boxes.Upper.index_select(0, chosen));
        var specification = Specification.Margins([.. open.Select(i => labels[i])], classes);
        var least = network.LowerBound(box, specification, new BoundOptions { Method = method, Soundness = options.Soundness }, cancellation).amin([1]).to(float64).data<double>().ToArray();
        var left = new List<int>();
        foreach (var (position, i) in open.Index())
        {
            ref var sample = ref samples[rows[i]];
            sample = sample with { CertifiedMargin = Math.Max(sample.CertifiedMargin, least[position]) };
            // Not above 0 may also be no number at all.
            if (least[position] > 0)
                sample = sample with { Outcome = CertificationOutcome.Certified, ProvedBy = method };
            else
                left.Add(i);
        }
        return left;
    }
}
