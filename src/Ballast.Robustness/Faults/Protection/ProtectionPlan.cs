namespace Ballast.Robustness.Faults.Protection;

/// <summary>What is done to every block, and what that costs and leaves.</summary>
/// <param name="Cost">Area added.</param>
/// <param name="Fit">Silent failures that remain.</param>
/// <param name="Choice">Name of the option of each block.</param>
/// <param name="OverheadShare">Cost over the area of all blocks; lock step with a second copy of everything is 1.</param>
/// <param name="Feasible">False where the target cannot be reached: then this is the plan that leaves least.</param>
public sealed record ProtectionPlan(double Cost, double Fit, IReadOnlyList<string> Choice, double OverheadShare, bool Feasible = true);
