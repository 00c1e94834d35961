using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Branch and bound over the signs of ReLUs, with slopes and multipliers optimised on every part: for networks of many inputs.</summary>
/// <remarks>
/// Sources: α-CROWN (Xu et al. 2021) for the slopes, β-CROWN (Wang et al. 2021) for the multipliers of assumed signs. Bounds of neurons are those of the whole box. The neuron that is split is the one whose
/// upper line costs the bound most (Bunel et al. 2020). Optimisation is in plain double precision; what excludes a part is one last pass with all rounding paid for, so that nothing rests on the optimiser.
/// </remarks>
/// <param name="root">Bounds of the whole box.</param>
/// <param name="options">Threads and limits.</param>
internal sealed class NeuronSplitting(BoundState root, VerificationOptions options)
{
    private const int FirstSteps = 60;
    private const int Steps = 12;
    private const double SlopeRate = 0.1;
    private const double MultiplierRate = 0.05;
    private const double RateDecay = 0.97;

    // Parts whose coefficients are together of this size are bounded at once.
    private const long BatchElements = 1 << 17;
    private const int MostTogether = 64;

    private readonly ReluStep[] relus = [.. root.Network.Steps.OfType<ReluStep>()];

    /// <summary>Parts bounded until now.</summary>
    public long Parts { get; private set; }

    /// <summary>Whether a disjunct is impossible on the whole box; false when there is nothing left to split, or too much is waiting.</summary>
    /// <param name="query">The region.</param>
    /// <param name="group">The rows of the disjunct; one of them above 0 excludes it.</param>
    /// <param name="cancellation">Time.</param>
    /// <exception cref="OperationCanceledException">Time is up.</exception>
    public bool Excludes(RegionQuery query, int[] group, CancellationToken cancellation)
    {
        if (group.Length == 0)
            return false;
        var waiting = new Stack<SplitProblem>();
        waiting.Push(new SplitProblem([], null, []));
        var together = (int)Math.Clamp(BatchElements / (relus.Sum(relu => relu.Size) * group.Length + 1), 1, MostTogether);
        while (waiting.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var parts = new List<SplitProblem[]>();
            for (var thread = 0; thread < options.Threads && waiting.Count > 0; thread++)
                parts.Add([.. Enumerable.Range(0, Math.Min(together, waiting.Count)).Select(_ => waiting.Pop())]);
            Parts += parts.Sum(part => part.Length);
            var children = new IReadOnlyList<SplitProblem>?[parts.Count];
            Parallel.For(0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation },
                i => children[i] = Bound(query, group, parts[i], cancellation));
            foreach (var some in children)
            {
                if (some is null)
                    return false;
                foreach (var child in some)
                    waiting.Push(child);
            }
            if (waiting.Count > options.MaxWaiting)
                return false;
        }
        return true;
    }

    // The halves of those parts that are not excluded; null when one has no neuron left to split.
    private List<SplitProblem>? Bound(RegionQuery query, int[] group, SplitProblem[] problems, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var rows = group.Length;
        var chosen = tensor(Array.ConvertAll(group, row => (long)row));
        var coefficients = query.Rows.index_select(0, chosen).repeat(problems.Length, 1).reshape([problems.Length * rows, .. root.Network.Steps[^1].Shape]);
        var offset = (-query.Limits.index_select(0, chosen)).repeat(problems.Length);
        SplitBatch batch;
        using (no_grad())
            batch = new SplitBatch(root, relus, problems, rows);
        var (slopes, multipliers) = Optimize(batch, coefficients, offset, problems[0].Signs.Count == 0 ? FirstSteps : Steps, cancellation);

        using var frozen = no_grad();
        var costs = new Dictionary<string, Tensor>();
        var lower = batch.Lower(coefficients, offset, slopes, multipliers, Soundness.RealArithmetic, costs).data<double>().ToArray();
        var scores = relus.Select(relu => costs.TryGetValue(relu.Name, out var cost) ? cost.reshape(problems.Length, rows, -1).sum(1).data<double>().ToArray() : null).ToArray();
        foreach (var cost in costs.Values)
            cost.Dispose();
        var children = new List<SplitProblem>();
        for (var p = 0; p < problems.Length; p++)
        {
            if (lower.AsSpan(p * rows, rows).ContainsAnyInRange(double.Epsilon, double.PositiveInfinity))
                continue;
            if (Costliest(scores, p) is not { } neuron)
                return null;
            var kept = Flatten(slopes, p, rows);
            foreach (var sign in new[] { 1, -1 })
            {
                IReadOnlyList<AssumedSign> signs = [.. problems[p].Signs, neuron with { Sign = sign }];
                children.Add(new SplitProblem(signs, kept, Values(multipliers, signs, p, rows)));
            }
        }
        return children;
    }

    private static (Tensor[] Slopes, Tensor[] Multipliers) Optimize(SplitBatch batch, Tensor coefficients, Tensor offset, int steps, CancellationToken cancellation)
    {
        var count = batch.Slopes.Length;
        Tensor[] leaves = [.. batch.Slopes.Concat(batch.Multipliers).Select(value => value.detach().clone().requires_grad_())];
        Tensor[] best = [.. leaves.Select(leaf => leaf.detach().clone())];
        var (first, second) = (leaves.Select(leaf => zeros_like(leaf)).ToArray(), leaves.Select(leaf => zeros_like(leaf)).ToArray());
        var bestLower = full_like(offset, double.NegativeInfinity);
        for (var step = 1; step <= steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var lower = batch.Lower(coefficients, offset, leaves[..count], leaves[count..], Soundness.Nominal);
            var total = lower.sum();
            using var frozen = no_grad();
            var isBetter = lower.gt(bestLower);
            bestLower.copy_(maximum(lower, bestLower));
            for (var i = 0; i < leaves.Length; i++)
                best[i].copy_(where(isBetter.reshape([-1, .. Enumerable.Repeat(1L, (int)leaves[i].dim() - 1)]), leaves[i], best[i]));
            if (step == steps || bestLower.gt(0).all().item<bool>())
                break;
            var gradients = autograd.grad([total], leaves, allow_unused: true);
            Ascend(leaves, gradients, first, second, step, count);
        }
        return (best[..count], best[count..]);
    }

    // Adam, kept in range: slopes in [0, 1], multipliers at least 0.
    private static void Ascend(Tensor[] leaves, IList<Tensor> gradients, Tensor[] first, Tensor[] second, int step, int slopes)
    {
        var decay = Math.Pow(RateDecay, step - 1);
        for (var i = 0; i < leaves.Length; i++)
        {
            if (gradients[i] is not { } gradient || gradient.IsInvalid)
                continue;
            first[i].mul_(0.9).add_(gradient * 0.1);
            second[i].mul_(0.999).add_(gradient * gradient * 0.001);
            var move = first[i] / (1 - Math.Pow(0.9, step)) / ((second[i] / (1 - Math.Pow(0.999, step))).sqrt() + 1e-10);
            leaves[i].add_(move * (decay * (i < slopes ? SlopeRate : MultiplierRate)));
            if (i < slopes)
                leaves[i].clamp_(0, 1);
            else
                leaves[i].clamp_min_(0);
        }
    }

    private AssumedSign? Costliest(double[]?[] scores, int part)
    {
        (AssumedSign? Neuron, double Cost) best = (null, 0);
        for (var relu = 0; relu < scores.Length; relu++)
        {
            if (scores[relu] is not { } all)
                continue;
            var size = (int)relus[relu].Size;
            var own = all.AsSpan(part * size, size);
            for (var i = 0; i < own.Length; i++)
                if (own[i] > best.Cost)
                    best = (new AssumedSign(relu, i, 0), own[i]);
        }
        return best.Neuron;
    }

    private static float[] Flatten(Tensor[] slopes, int part, int rows) =>
        [.. slopes.SelectMany(slope => slope.narrow(0, part * rows, rows).to(float32).contiguous().data<float>().ToArray())];

    private static float[] Values(Tensor[] multipliers, IReadOnlyList<AssumedSign> signs, int part, int rows)
    {
        var values = new float[rows * signs.Count];
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < signs.Count - 1; i++)
                values[row * signs.Count + i] = (float)multipliers[signs[i].Relu][part * rows + row].flatten()[signs[i].Element].item<double>();
        return values;
    }
}
