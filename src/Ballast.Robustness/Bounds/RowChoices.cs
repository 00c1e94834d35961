using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>All that is free in the lines around some activations, for every row, as one tensor: activation after activation, choice after choice.</summary>
internal sealed class RowChoices
{
    private readonly IReadOnlyList<ActivationStep> activations;
    private readonly FreeLines[] free;
    private readonly long[] sizes;
    private readonly Tensor least, greatest;

    /// <summary>Prepares the choices.</summary>
    /// <param name="state">Bounds and relaxations.</param>
    /// <param name="activations">The activations.</param>
    /// <param name="owner">[P]: the box of each row; null when there is one box.</param>
    public RowChoices(BoundState state, IReadOnlyList<ActivationStep> activations, Tensor? owner)
    {
        this.activations = activations;
        Tensor Of(Tensor perBox) => owner is null ? perBox : perBox.index_select(0, owner);
        free = [.. activations.Select(step =>
        {
            var input = state.Bounds[step.Inputs[0]]!;
            return step.Free(Of(input.Lower), Of(input.Upper), state.RelaxationOf(step).Of(owner), state.Soundness);
        })];
        var all = free.SelectMany(lines => lines.Choices).ToArray();
        sizes = [.. free.SelectMany((lines, i) => Enumerable.Repeat(activations[i].Size, lines.Choices.Count))];
        Tensor Joined(Func<LineChoice, Tensor> part) => cat([.. all.Select(choice => part(choice).flatten(1))], 1);
        (Initial, least, greatest) = (Joined(choice => choice.Initial), Joined(choice => choice.Least), Joined(choice => choice.Greatest));
        Ranges = greatest - least;
    }

    /// <summary>What the relaxations chose themselves, [P, ...].</summary>
    public Tensor Initial { get; }

    /// <summary>Widths of the ranges, [P, ...].</summary>
    public Tensor Ranges { get; }

    /// <summary>Brings values into their ranges, in place.</summary>
    public void Project(Tensor values) => values.copy_(values.clamp(least, greatest));

    /// <summary>The lines of each row.</summary>
    /// <param name="values">[P, ...].</param>
    /// <param name="kept">Filled with the coefficients that arrive at each activation; null for nothing.</param>
    public RowLines Lines(Tensor values, Dictionary<string, Tensor>? kept = null)
    {
        var rows = new RowLines { Coefficients = kept };
        var parts = values.split(sizes, 1);
        var next = 0;
        for (var i = 0; i < activations.Count; i++)
        {
            var own = new Tensor[free[i].Choices.Count];
            for (var j = 0; j < own.Length; j++)
                own[j] = parts[next++].reshape([-1, .. activations[i].Shape]);
            rows.SetLines(activations[i], free[i].With(own));
        }
        return rows;
    }
}
