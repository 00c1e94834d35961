using Ballast.Core;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Branch and bound over halves of the input box: complete in the limit, and practical for few inputs.</summary>
/// <remarks>
/// Boxes wait first in, first out. Each is tried at its centre and at a random point, bounded by CROWN, and halved where Σ_rows max(|Λ_j|, 0.1) (u_j − l_j) / 2 is greatest,
/// with Λ the slopes of the lines below the rows. What is known of a box's neurons holds in its halves too. Batches are cut in the same way on any number of threads, so that
/// the same seed gives the same boxes.
/// </remarks>
/// <param name="network">The network.</param>
/// <param name="judge">Decides on counterexamples.</param>
/// <param name="options">Seed, threads and limits.</param>
internal sealed class InputSplitting(BoundedNetwork network, CounterexampleJudge judge, VerificationOptions options)
{
    private const int Batch = 1024;
    private const int Part = 128;
    private const double LeastSlope = 0.1;

    private static readonly BoundOptions Method = new() { Method = BoundMethod.Crown };

    /// <summary>Boxes bounded until now.</summary>
    public long Boxes { get; private set; }

    /// <summary>Splits until nothing is left, a counterexample is found, or too much is waiting.</summary>
    /// <exception cref="OperationCanceledException">Time is up.</exception>
    public (Verdict Verdict, Counterexample? Found) Run(RegionQuery query, CancellationToken cancellation)
    {
        var waiting = new Queue<(double[] Lower, double[] Upper)>();
        waiting.Enqueue(([.. query.Region.Lower], [.. query.Region.Upper]));
        while (waiting.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var boxes = new (double[] Lower, double[] Upper)[Math.Min(Batch, waiting.Count)];
            for (var i = 0; i < boxes.Length; i++)
                boxes[i] = waiting.Dequeue();
            var first = Boxes;
            Boxes += boxes.Length;
            var parts = boxes.Chunk(Part).ToArray();
            var outcomes = new (int[] Split, Counterexample? Found)[parts.Length];
            Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation },
                part => outcomes[part] = Bound(query, parts[part], first + (long)part * Part, cancellation));
            if (outcomes.FirstOrDefault(outcome => outcome.Found is not null).Found is { } found)
                return (Verdict.Sat, found);
            for (var part = 0; part < parts.Length; part++)
                for (var i = 0; i < parts[part].Length; i++)
                    if (outcomes[part].Split[i] >= 0 && !Halve(parts[part][i], outcomes[part].Split[i], waiting))
                        return (Verdict.Unknown, null);
            if (waiting.Count > options.MaxWaiting)
                return (Verdict.Unknown, null);
        }
        return (Verdict.Unsat, null);
    }

    // The axis to halve each box along; -1 where it is safe.
    private (int[] Split, Counterexample? Found) Bound(RegionQuery query, (double[] Lower, double[] Upper)[] boxes, long first, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (count, width) = (boxes.Length, boxes[0].Lower.Length);
        var lower = tensor(boxes.SelectMany(box => box.Lower).ToArray()).reshape(count, width);
        var upper = tensor(boxes.SelectMany(box => box.Upper).ToArray()).reshape(count, width);
        if (Tried(query, lower, upper, first) is { } found)
            return ([], found);
        long[] shape = [count, .. network.InputShape];
        var state = new Propagation(network, Method).Run(new InputBox(lower.reshape(shape), upper.reshape(shape)), null, cancellation);
        var rows = query.Limits.shape[0];
        var owner = arange(count, int64).repeat_interleave(rows);
        var pass = new BackwardPass(state, owner, (-query.Limits).repeat(count));
        var (least, slopes) = pass.Run(network.Steps.Count - 1, query.Rows.repeat(count, 1).reshape([count * rows, .. network.Steps[^1].Shape]));
        var influence = slopes.abs().clamp_min(LeastSlope).reshape(count, rows, width).sum(1) * (upper - lower) / 2;
        var axes = influence.argmax(1).data<long>().ToArray();
        var margins = least.data<double>().ToArray();
        var split = new int[count];
        for (var i = 0; i < count; i++)
            split[i] = query.IsSafe(margins.AsSpan(i * (int)rows, (int)rows)) ? -1 : (int)axes[i];
        return (split, null);
    }

    private Counterexample? Tried(RegionQuery query, Tensor lower, Tensor upper, long first)
    {
        var (count, width) = ((int)lower.shape[0], (int)lower.shape[1]);
        var draws = new double[count * width];
        for (var i = 0; i < count; i++)
        {
            var random = RandomStream.For(options.Seed, "splitting", first + i);
            for (var j = 0; j < width; j++)
                draws[i * width + j] = random.NextDouble();
        }
        var points = cat([(lower + upper) / 2, lower + tensor(draws).reshape(count, width) * (upper - lower)]);
        var margins = query.Margins(network.Forward(points.reshape([2 * count, .. network.InputShape]))).contiguous().data<double>().ToArray();
        var rows = (int)query.Limits.shape[0];
        for (var i = 0; i < 2 * count; i++)
            if (query.IsUnsafe(margins.AsSpan(i * rows, rows)) && judge.Judge(query, points[i].contiguous().data<double>().ToArray()) is { } found)
                return found;
        return null;
    }

    // False when the box is so thin that it has no middle.
    private static bool Halve((double[] Lower, double[] Upper) box, int axis, Queue<(double[] Lower, double[] Upper)> waiting)
    {
        var middle = box.Lower[axis] + (box.Upper[axis] - box.Lower[axis]) / 2;
        if (middle <= box.Lower[axis] || middle >= box.Upper[axis])
            return false;
        var (leftUpper, rightLower) = ((double[])box.Upper.Clone(), (double[])box.Lower.Clone());
        (leftUpper[axis], rightLower[axis]) = (middle, middle);
        waiting.Enqueue((box.Lower, leftUpper));
        waiting.Enqueue((rightLower, box.Upper));
        return true;
    }
}
