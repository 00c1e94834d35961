using Ballast.Exchange.VnnLib;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>One region of a property as tensors: all rows of all disjuncts, each above 0 where its constraint does not hold.</summary>
internal sealed class RegionQuery : IDisposable
{
    public RegionQuery(UnsafeRegion region, int outputs)
    {
        Region = region;
        var rows = region.Disjuncts.SelectMany(disjunct => disjunct).ToArray();
        Rows = tensor(rows.SelectMany(row => row.Coefficients).ToArray(), float64).reshape(rows.Length, outputs).DetachFromDisposeScope();
        Limits = tensor(rows.Select(row => row.Limit).ToArray(), float64).DetachFromDisposeScope();
        var groups = new int[region.Disjuncts.Count][];
        var next = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = [.. Enumerable.Range(next, region.Disjuncts[i].Count)];
            next += groups[i].Length;
        }
        Groups = groups;
    }

    public UnsafeRegion Region { get; }

    /// <summary>c, [R, K].</summary>
    public Tensor Rows { get; }

    /// <summary>d, [R].</summary>
    public Tensor Limits { get; }

    /// <summary>The rows of each disjunct.</summary>
    public IReadOnlyList<int[]> Groups { get; }

    /// <summary>Rows of the largest disjunct.</summary>
    public int MostRows => Groups.Max(group => group.Length);

    /// <summary>c · y − d of outputs [B, K]: [B, R].</summary>
    public Tensor Margins(Tensor outputs) => outputs.matmul(Rows.t()) - Limits;

    /// <summary>Whether every disjunct has a row that is above 0 on a whole box, given the rows' lower bounds.</summary>
    public bool IsSafe(ReadOnlySpan<double> lower)
    {
        foreach (var group in Groups)
            if (!IsExcluded(group, lower))
                return false;
        return true;
    }

    /// <summary>Whether some row of a disjunct is above 0.</summary>
    public static bool IsExcluded(int[] group, ReadOnlySpan<double> lower)
    {
        foreach (var row in group)
            if (lower[row] > 0)
                return true;
        return false;
    }

    /// <summary>Whether some disjunct holds at a point, given the rows' values.</summary>
    public bool IsUnsafe(ReadOnlySpan<double> margins)
    {
        foreach (var group in Groups)
        {
            var holds = true;
            foreach (var row in group)
                holds &= margins[row] <= 0;
            if (holds)
                return true;
        }
        return false;
    }

    public void Dispose()
    {
        Rows.Dispose();
        Limits.Dispose();
    }
}
