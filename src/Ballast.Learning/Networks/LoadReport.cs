namespace Ballast.Learning.Networks;

/// <summary>What became of the tensors that were to be loaded into a network.</summary>
/// <param name="Loaded">Names of the tensors that were copied.</param>
/// <param name="Skipped">Given tensors that were not copied, and why.</param>
/// <param name="Missing">Tensors of the network that were not given and stay as they were.</param>
public sealed record LoadReport(IReadOnlyList<string> Loaded, IReadOnlyList<SkippedTensor> Skipped, IReadOnlyList<string> Missing)
{
    /// <summary>Whether every tensor of the network was loaded and none was left over.</summary>
    public bool IsComplete => Skipped.Count == 0 && Missing.Count == 0;

    /// <summary>Such as <c>120 tensors loaded, 2 skipped (head.weight: shape [8, 64], the network's is [10, 64]), 2 kept</c>.</summary>
    public override string ToString() => $"{Loaded.Count} tensors loaded, {Skipped.Count} skipped"
        + (Skipped.Count > 0 ? $" ({string.Join("; ", Skipped.Select(tensor => $"{tensor.Name}: {tensor.Reason}"))})" : "") + $", {Missing.Count} kept";
}
