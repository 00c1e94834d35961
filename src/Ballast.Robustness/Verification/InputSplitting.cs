using Ballast.Core;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Branch and bound over halves of the input box: complete in the limit, and practical for few inputs.</summary>
/// <remarks>
/// Boxes wait first in, first out. Each is tried at its centre, at a random point, and where the lines below the rows are least; bounded by CROWN, and halved where Σ_rows max(|Λ_j|, 0.1) (u_j − l_j) / 2 is greatest,
/// with Λ the slopes of the lines below the rows; the first boxes where both halves together gain most. What is known of a box's neurons holds in its halves too. Batches are cut in the same way on any number of threads, so that
/// the same seed gives the same boxes.
/// </remarks>
/// <param name="network">The network.</param>
/// <param name="single">The network in single precision, for trials.</param>
/// <param name="judge">Decides on counterexamples.</param>
/// <param name="options">Seed, threads and limits.</param>
internal sealed class InputSplitting(BoundedNetwork network, BoundedNetwork single, CounterexampleJudge judge, VerificationOptions options)
{
    private const int Batch = 1024;
    private const int Part = 128;
    private const int LeastPart = 16;

    // Boxes that keep their bounds while they wait.
    private const int MostKept = 50_000;

    // Early halves matter most: for so many boxes every axis is tried.
    private const int Tries = 256;
    private const double LeastSlope = 0.1;

    private static readonly BoundOptions Proven = new() { Method = BoundMethod.Crown };
    private static readonly BoundOptions Nominal = Proven with { Soundness = Soundness.Nominal };

    private readonly InheritedBounds inherited = new(network);

    /// <summary>Boxes bounded until now.</summary>
    public long Boxes { get; private set; }

    /// <summary>Splits until nothing is left, a counterexample is found, or too much is waiting.</summary>
    /// <exception cref="OperationCanceledException">Time is up.</exception>
    public (Verdict Verdict, Counterexample? Found) Run(RegionQuery query, CancellationToken cancellation)
    {
        var waiting = new Queue<SplitBox>();
        waiting.Enqueue(new SplitBox([.. query.Region.Lower], [.. query.Region.Upper], null));
        while (waiting.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var boxes = new SplitBox[Math.Min(Batch, waiting.Count)];
            for (var i = 0; i < boxes.Length; i++)
                boxes[i] = waiting.Dequeue();
            var first = Boxes;
            Boxes += boxes.Length;
            var size = Math.Clamp(boxes.Length / 8, LeastPart, Part);
            var parts = boxes.Chunk(size).ToArray();
            var outcomes = new (int[] Split, float[][] Bounds, Counterexample? Found)[parts.Length];
            Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation },
                part => outcomes[part] = Bound(query, parts[part], first + (long)part * size, cancellation));
            if (outcomes.FirstOrDefault(outcome => outcome.Found is not null).Found is { } found)
                return (Verdict.Sat, found);
            for (var part = 0; part < parts.Length; part++)
                for (var i = 0; i < parts[part].Length; i++)
                {
                    if (outcomes[part].Split[i] < 0)
                        continue;
                    var halves = Halves(parts[part][i] with { Bounds = waiting.Count < MostKept ? outcomes[part].Bounds[i] : null }, outcomes[part].Split[i]);
                    if (halves.Length == 0)
                        return (Verdict.Unknown, null);
                    foreach (var half in halves)
                        waiting.Enqueue(half);
                }
            if (waiting.Count > options.MaxWaiting)
                return (Verdict.Unknown, null);
        }
        return (Verdict.Unsat, null);
    }

    // The axis to halve each box along, -1 where it is safe; and the bounds of its neurons.
    private (int[] Split, float[][] Bounds, Counterexample? Found) Bound(RegionQuery query, SplitBox[] boxes, long first, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var count = boxes.Length;
        var (lower, upper) = Ends(boxes);
        if (Tried(query, Points(lower, upper, first)) is { } found)
            return ([], [], found);
        var (state, margins, slopes) = Bounded(network, Proven, query, boxes, lower, upper, cancellation);
        if (Tried(query, where(slopes.gt(0), lower.unsqueeze(1), upper.unsqueeze(1)).flatten(0, 1)) is { } least)
            return ([], [], least);
        var influence = (slopes.abs().clamp_min(LeastSlope).sum(1) * (upper - lower) / 2).contiguous().data<double>().ToArray().Chunk(boxes[0].Lower.Length).ToArray();
        var bounds = inherited.Of(state);
        int[] open = [.. Enumerable.Range(0, count).Where(i => !query.IsSafe(margins[i]))];
        var split = new int[count];
        Array.Fill(split, -1);
        foreach (var i in open)
            split[i] = Greatest(influence[i]);
        if (first < Tries && open.Length > 0)
        {
            var gains = Gains(query, [.. open.Select(i => boxes[i] with { Bounds = bounds[i] })], [.. open.Select(i => Missing(query, margins[i]))], cancellation);
            for (var i = 0; i < open.Length; i++)
                split[open[i]] = Greatest(gains[i]);
        }
        return (split, bounds, null);
    }

    private static int Greatest(IEnumerable<double> values) => values.Select((value, axis) => (value, axis)).MaxBy(pair => pair.value).axis;

    // What is missing to exclude the disjunct that is farthest from it; 0 where all are excluded.
    private static double Missing(RegionQuery query, double[] margins) => query.Groups.Max(group => Math.Max(0, -group.Select(row => margins[row]).DefaultIfEmpty(double.NegativeInfinity).Max()));

    // By how much the halves along each axis are better than the box, both together.
    private double[][] Gains(RegionQuery query, SplitBox[] boxes, double[] missing, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var width = boxes[0].Lower.Length;
        var gains = boxes.Select(box => Enumerable.Range(0, width).Select(axis => Halves(box, axis).Length > 0 ? 0 : double.NegativeInfinity).ToArray()).ToArray();
        foreach (var some in Enumerable.Range(0, boxes.Length).SelectMany(i => Enumerable.Range(0, width).SelectMany(axis => Halves(boxes[i], axis).Select(half => (Box: i, Axis: axis, Half: half)))).Chunk(2 * Part))
        {
            var halves = Array.ConvertAll(some, trial => trial.Half);
            var (lower, upper) = Ends(halves);
            var (_, margins, _) = Bounded(single, Nominal, query, halves, lower.to(single.Type), upper.to(single.Type), cancellation);
            for (var i = 0; i < some.Length; i++)
                // Not a number where nothing is known of either.
                if (missing[some[i].Box] - Missing(query, margins[i]) is var gain && !double.IsNaN(gain))
                    gains[some[i].Box][some[i].Axis] += gain;
        }
        return gains;
    }

    // Bounds of all neurons, lower bounds of the rows of each box, and the slopes [B, R, inputs] of the lines below them.
    private (BoundState State, double[][] Margins, Tensor Slopes) Bounded(BoundedNetwork network, BoundOptions method, RegionQuery query, SplitBox[] boxes, Tensor lower, Tensor upper, CancellationToken cancellation)
    {
        var count = boxes.Length;
        long[] shape = [count, .. network.InputShape];
        var state = new Propagation(network, method).Run(new InputBox(lower.reshape(shape), upper.reshape(shape)), inherited.Known(boxes, network.Type), cancellation);
        var rows = query.Limits.shape[0];
        var owner = arange(count, int64).repeat_interleave(rows);
        var pass = new BackwardPass(state, owner, (-query.Limits).to(network.Type).repeat(count));
        var (least, slopes) = pass.Run(network.Steps.Count - 1, query.Rows.to(network.Type).repeat(count, 1).reshape([count * rows, .. network.Steps[^1].Shape]));
        return (state, [.. least.to(float64).data<double>().ToArray().Chunk((int)rows)], slopes.reshape(count, rows, -1));
    }

    private static (Tensor Lower, Tensor Upper) Ends(SplitBox[] boxes) =>
        (tensor(boxes.SelectMany(box => box.Lower).ToArray()).reshape(boxes.Length, -1), tensor(boxes.SelectMany(box => box.Upper).ToArray()).reshape(boxes.Length, -1));

    // The centre of each box and a random point.
    private Tensor Points(Tensor lower, Tensor upper, long first)
    {
        var (count, width) = ((int)lower.shape[0], (int)lower.shape[1]);
        var draws = new double[count * width];
        for (var i = 0; i < count; i++)
        {
            var random = RandomStream.For(options.Seed, "splitting", first + i);
            for (var j = 0; j < width; j++)
                draws[i * width + j] = random.NextDouble();
        }
        return cat([(lower + upper) / 2, lower + tensor(draws).reshape(count, width) * (upper - lower)]);
    }

    private Counterexample? Tried(RegionQuery query, Tensor points)
    {
        var margins = query.Margins(network.Forward(points.reshape([-1, .. network.InputShape]))).flatten().data<double>().ToArray();
        var rows = (int)query.Limits.shape[0];
        for (var i = 0; i < points.shape[0]; i++)
            if (query.IsUnsafe(margins.AsSpan(i * rows, rows)) && judge.Judge(query, points[i].contiguous().data<double>().ToArray()) is { } found)
                return found;
        return null;
    }

    // None when the box is so thin that it has no middle.
    private static SplitBox[] Halves(SplitBox box, int axis)
    {
        var middle = box.Lower[axis] + (box.Upper[axis] - box.Lower[axis]) / 2;
        if (middle <= box.Lower[axis] || middle >= box.Upper[axis])
            return [];
        var (leftUpper, rightLower) = ((double[])box.Upper.Clone(), (double[])box.Lower.Clone());
        (leftUpper[axis], rightLower[axis]) = (middle, middle);
        return [box with { Upper = leftUpper }, box with { Lower = rightLower }];
    }
}
