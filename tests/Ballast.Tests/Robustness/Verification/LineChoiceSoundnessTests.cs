using Ballast.Core;
using Ballast.Exchange.VnnLib;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using Ballast.Robustness.Verification;
using Ballast.Tests.Robustness.Bounds;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Verification;

/// <summary>Whatever is chosen of lines and multipliers, no point escapes the bounds: what is optimised may be loose, never wrong.</summary>
public sealed class LineChoiceSoundnessTests : IDisposable
{
    private const int Samples = 300;

    private readonly int threads = get_num_threads();

    public LineChoiceSoundnessTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    [Property(MaxTest = 40)]
    public void No_point_escapes_the_refined_bounds_of_any_neuron(int seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var graph = RandomNetworks.Draw(seed);
        using var network = BoundedNetwork.From(graph);
        using var single = BoundedNetwork.InSinglePrecision(graph);
        var (state, values) = Drawn(network, seed);
        var before = state.Bounds.Select(bounds => (bounds!.Lower.clone(), bounds.Upper.clone())).ToArray();

        new BoundRefinement(single, threads: 2).Run(state, seconds: 1e9, TestContext.Current.CancellationToken);

        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(values[i].ge(state.Bounds[i]!.Lower).all().item<bool>(), $"seed {seed}, {network.Steps[i].Name}: below the lower bound");
            Assert.True(values[i].le(state.Bounds[i]!.Upper).all().item<bool>(), $"seed {seed}, {network.Steps[i].Name}: above the upper bound");
            Assert.True(state.Bounds[i]!.Lower.ge(before[i].Item1).all().item<bool>() && state.Bounds[i]!.Upper.le(before[i].Item2).all().item<bool>(), $"seed {seed}, {network.Steps[i].Name}: looser than before");
        }
    }

    [Property(MaxTest = 60)]
    public void No_point_that_fits_the_assumptions_escapes_whatever_lines_and_multipliers_are_chosen(int seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var (state, values) = Drawn(network, seed);
        var random = RandomStream.For(seed, "assumptions");
        ActivationStep[] activations = [.. network.Steps.OfType<ActivationStep>()];
        var region = new UnsafeRegion(
            state.Bounds[0]!.Lower.flatten().data<double>().ToArray(), state.Bounds[0]!.Upper.flatten().data<double>().ToArray(),
            [[Constraint(random)], [Constraint(random), Constraint(random)]]);
        using var query = new RegionQuery(region, network.Outputs);
        // Assumptions that one of the points fits, and so perhaps others.
        var fits = ones(Samples, ScalarType.Bool);
        var splits = new List<Split>();
        for (var i = random.Next(4); i > 0 && activations.Length > 0; i--)
        {
            var activation = random.Next(activations.Length);
            var step = activations[activation];
            var element = random.Next((int)step.Size);
            var inputs = values[step.Inputs[0]].flatten(1).select(1, element);
            var cut = step.IsPiecewiseLinear ? 0 : inputs[random.Next(Samples)].item<double>();
            var side = inputs[0].item<double>() >= cut ? 1 : -1;
            splits.Add(new Split(activation, element, side, cut));
            fits = fits.logical_and(((inputs - cut) * side).ge(0));
        }
        SplitProblem Problem(int group) => new(group, splits, null, [.. Enumerable.Range(0, 2 * splits.Count).Select(_ => (float)(random.NextDouble() * 3))], 0);
        var batch = new SplitBatch(state, activations, query, [Problem(0), Problem(1)]);
        var wild = batch.Choices + tensor(Enumerable.Range(0, (int)batch.Choices.numel()).Select(_ => random.NextGaussian()).ToArray()).reshape(batch.Choices.shape) * random.NextDouble() * 2;

        foreach (var lines in new[] { batch.Choices, wild })
        {
            var lower = batch.Bound(lines, batch.Multipliers).Lower.reshape(2, 2);

            var margins = query.Margins(values[^1].reshape(Samples, network.Outputs)).masked_select(fits.unsqueeze(1)).reshape(-1, 3);
            Assert.True(margins.shape[0] > 0);
            // The disjunct of one row has it twice.
            Assert.True(margins.ge(cat([lower[0, 0].reshape(1), lower[1]])).all().item<bool>(), $"seed {seed}: a point is below the bound");
        }
    }

    private static OutputConstraint Constraint(RandomStream random) => new([random.NextGaussian(), random.NextGaussian(), random.NextGaussian()], random.NextGaussian());

    // CROWN's bounds of one random box, and every step's values at random points and corners of it.
    private static (BoundState State, Tensor[] Values) Drawn(BoundedNetwork network, int seed)
    {
        var random = RandomStream.For(seed, "box");
        var size = (int)network.Steps[0].Size;
        var radius = 0.05 + 1.5 * random.NextDouble();
        double[] center = [.. Enumerable.Range(0, size).Select(_ => random.NextGaussian())];
        long[] shape = [1, .. network.InputShape];
        var box = new InputBox(tensor(Array.ConvertAll(center, x => x - radius)).reshape(shape), tensor(Array.ConvertAll(center, x => x + radius)).reshape(shape));
        var shares = Enumerable.Range(0, Samples * size).Select(i => i < Samples * size / 2 ? random.NextDouble() : random.Next(2)).ToArray();
        var values = new Tensor[network.Steps.Count];
        values[0] = box.Lower + tensor(shares).reshape([Samples, .. network.InputShape]) * (box.Upper - box.Lower);
        values[0] = minimum(values[0], box.Upper);
        for (var i = 1; i < values.Length; i++)
            values[i] = network.Steps[i].Forward([.. network.Steps[i].Inputs.Select(input => values[input])]);
        return (new Propagation(network, new BoundOptions()).Run(box), values);
    }
}
