using Ballast.Core;

namespace Ballast.Robustness.Faults.Protection;

/// <summary>A part of the hardware that is protected as a whole.</summary>
/// <param name="Name">A unit, or a unit's bits.</param>
/// <param name="Area">Its area A, in any unit.</param>
/// <param name="Fit">Its silent failures in 10^9 hours: an upper limit, if the plan is to hold with a stated confidence.</param>
/// <param name="Options">What can be done, doing nothing included; at least one.</param>
public sealed record ProtectedBlock(string Name, double Area, double Fit, IReadOnlyList<BlockOption> Options)
{
    /// <summary>The usual options of a memory: parity, a code that corrects, a second copy.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="area">Its area.</param>
    /// <param name="fit">Its silent failures.</param>
    public static ProtectedBlock Buffer(string name, double area, double fit) =>
        new(name, Guard.NotNegative(area), Guard.NotNegative(fit), [None, new("Parity", 0.06 * area, 0.05), new("Ecc", 0.22 * area, 1e-3), Duplicate(area)]);

    /// <summary>The usual options of registers: latches that are harder to upset, or a second copy. Costs are those of published hardened latches.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="area">Its area.</param>
    /// <param name="flopShare">Share of the area that flip-flops take, 0 to 1.</param>
    /// <param name="fit">Its silent failures.</param>
    public static ProtectedBlock Registers(string name, double area, double flopShare, double fit)
    {
        var flops = Guard.InRange(flopShare, 0, 1) * Guard.NotNegative(area);
        return new(name, area, Guard.NotNegative(fit), [None, new("HardenLight", 0.2 * flops, 0.25), new("Harden", flops, 2e-4), Duplicate(area)]);
    }

    private static BlockOption None { get; } = new("None", 0, 1);

    private static BlockOption Duplicate(double area) => new("Duplicate", 1.05 * area, 0);
}
