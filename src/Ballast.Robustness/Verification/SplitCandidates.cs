using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>The neurons whose lines cost each part most, and which of them to split: the one whose worse half has the best bound without further optimisation.</summary>
/// <remarks>Source: De Palma et al. (2021), filtered smart branching.</remarks>
/// <param name="batch">The parts.</param>
/// <param name="activations">The steps whose neurons are split.</param>
/// <param name="problems">The parts again.</param>
/// <param name="looseness">[parts, neurons]: what lines may cost; 0 where there is nothing to split.</param>
internal sealed class SplitCandidates(SplitBatch batch, IReadOnlyList<ActivationStep> activations, SplitProblem[] problems, Tensor looseness)
{
    private const int Candidates = 3;

    /// <summary>The halves of each part with their bounds; none where nothing is left to split.</summary>
    public SplitProblem[][] Best(Func<IReadOnlyList<SplitProblem>, SplitBatch> batched)
    {
        using var scope = NewDisposeScope();
        var count = Math.Min(Candidates, (int)looseness.shape[1]);
        var (costs, places) = looseness.topk(count, 1);
        var (cost, place) = (costs.to(float64).contiguous().data<double>().ToArray(), places.contiguous().data<long>().ToArray());
        var halves = new List<SplitProblem>();
        var owners = new List<int>();
        for (var p = 0; p < problems.Length; p++)
            for (var i = 0; i < count; i++)
                if (cost[p * count + i] > 0)
                {
                    halves.AddRange(Halved(p, place[p * count + i]));
                    owners.Add(p);
                }
        var best = problems.Select(_ => Array.Empty<SplitProblem>()).ToArray();
        if (halves.Count == 0)
            return best;
        var children = batched(halves);
        var lower = children.Bound(children.Choices, children.Multipliers).Lower.reshape(halves.Count, -1).amax([1]).to(float64).data<double>().ToArray();
        var reached = new double[problems.Length];
        for (var i = 0; i < owners.Count; i++)
        {
            var p = owners[i];
            // The worse half counts; the better one breaks ties.
            var (worse, better) = (Math.Min(lower[2 * i], lower[2 * i + 1]), Math.Max(lower[2 * i], lower[2 * i + 1]));
            var score = Math.Min(worse, 0) + 1e-3 * Math.Min(better, 0);
            if (best[p].Length > 0 && score <= reached[p])
                continue;
            reached[p] = score;
            best[p] = [halves[2 * i] with { Lower = Math.Max(problems[p].Lower, lower[2 * i]) }, halves[2 * i + 1] with { Lower = Math.Max(problems[p].Lower, lower[2 * i + 1]) }];
        }
        return best;
    }

    private IEnumerable<SplitProblem> Halved(int part, long place)
    {
        var (problem, index) = (problems[part], 0);
        while (place >= activations[index].Size)
            place -= activations[index++].Size;
        var cut = batch.CutOf(part, index, (int)place);
        foreach (var side in new[] { 1, -1 })
        {
            IReadOnlyList<Split> splits = [.. problem.Splits, new Split(index, (int)place, side, cut)];
            var multipliers = new float[batch.RowsOfPart * splits.Count];
            for (var row = 0; row < batch.RowsOfPart; row++)
                problem.Multipliers.AsSpan(row * problem.Splits.Count, problem.Splits.Count).CopyTo(multipliers.AsSpan(row * splits.Count));
            yield return problem with { Splits = splits, Multipliers = multipliers, Round = 0 };
        }
    }
}
