using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>A network whose outputs can be bounded on boxes of inputs.</summary>
/// <remarks>
/// Interval bound propagation and CROWN over linear layers, convolutions, batch normalisation at inference, ReLU, leaky ReLU, sigmoid, tanh, average and maximum pooling, sums, arithmetic with
/// constants, zero padding, reshaping, transposition, choice and joining. Sources: Gowal et al. (2018), Zhang et al. (2018, 2020), Xu et al. (2020). Weights are taken exactly, in double precision.
/// Thread-safe once made: any number of threads may bound at the same time.
/// </remarks>
public sealed class BoundedNetwork : IDisposable
{
    private readonly IReadOnlyList<IDisposable> weights;
    private readonly bool[] isRelaxed;
    private readonly bool[] isPiecewiseLinearAfter;
    private readonly bool[] followsNonlinear;
    private readonly bool[] isFolded;

    internal BoundedNetwork(IReadOnlyList<BoundStep> steps, ScalarType type, Device device, IReadOnlyList<IDisposable> weights)
    {
        (Steps, Type, Device, this.weights) = (steps, type, device, weights);
        Places = steps.Select((step, place) => (step, place)).ToDictionary(pair => pair.step, pair => pair.place);
        (isRelaxed, isPiecewiseLinearAfter, followsNonlinear) = (new bool[steps.Count], new bool[steps.Count], new bool[steps.Count]);
        Array.Fill(isPiecewiseLinearAfter, true);
        isFolded = [.. steps.Select((step, place) => step is ConvolutionStep or LinearStep { Shape.Length: 1 } && steps.Where(later => later.Inputs.Contains(place)).ToArray() is [BatchNormStep])];
        for (var i = 0; i < steps.Count; i++)
        {
            var isNonlinear = steps[i] is ActivationStep or MaxPoolStep;
            followsNonlinear[i] = isNonlinear || steps[i].Inputs.Any(input => followsNonlinear[input]);
            if (!isNonlinear)
                continue;
            isRelaxed[steps[i].Inputs[0]] = true;
            isPiecewiseLinearAfter[steps[i].Inputs[0]] &= steps[i] is ActivationStep { IsPiecewiseLinear: true };
        }
    }

    /// <summary>Shape of one input.</summary>
    public IReadOnlyList<long> InputShape => Steps[0].Shape;

    /// <summary>Number of outputs K.</summary>
    public int Outputs => (int)Steps[^1].Size;

    /// <summary>Element type of weights and bounds: double precision unless asked for otherwise.</summary>
    public ScalarType Type { get; }

    /// <summary>Where its weights lie: that of the weights it was given, else the processor.</summary>
    public Device Device { get; }

    internal IReadOnlyList<BoundStep> Steps { get; }

    internal Dictionary<BoundStep, int> Places { get; }

    /// <summary>The network of a graph with one input and one result.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Tensors to use in place of the graph's, by name, such as a module's parameters, so that bounds can be differentiated; all of one element type. What is computed from them is computed once: a network is good for one gradient. Null for the graph's own, in double precision.</param>
    /// <exception cref="NotSupportedException">An operator has no bound; the message names node and operator.</exception>
    /// <exception cref="ArgumentException">A weight is not a finite number, or the network has several inputs.</exception>
    public static BoundedNetwork From(NetworkGraph graph, IReadOnlyDictionary<string, Tensor>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new StepBuilder(graph, weights).Build();
    }

    /// <summary>The network in single precision: for what proves nothing, at half the cost.</summary>
    internal static BoundedNetwork InSinglePrecision(NetworkGraph graph) => new StepBuilder(graph, null, ScalarType.Float32).Build();

    /// <summary>Runs the network.</summary>
    /// <param name="inputs">[B, ...].</param>
    /// <returns>[B, K].</returns>
    public Tensor Forward(Tensor inputs)
    {
        RequireShape(inputs, nameof(inputs));
        using var scope = NewDisposeScope();
        var values = new Tensor?[Steps.Count];
        values[0] = inputs;
        for (var i = 1; i < values.Length; i++)
            values[i] = Steps[i].Forward([.. Steps[i].Inputs.Select(input => values[input]!)]);
        return values[^1]!.reshape(inputs.shape[0], Outputs).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the network on a clean batch whose statistics every batch normalisation takes from then on. All tensors belong to the caller's scope.</summary>
    /// <param name="inputs">[B, ...].</param>
    /// <returns>[B, K].</returns>
    internal Tensor Observe(Tensor inputs)
    {
        var values = new Tensor?[Steps.Count];
        values[0] = inputs;
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = Steps[i] is BatchNormStep norm ? norm.Observe(values[norm.Inputs[0]]!) : Steps[i].Forward([.. Steps[i].Inputs.Select(input => values[input]!)]);
        }
        return values[^1]!.reshape(inputs.shape[0], Outputs);
    }

    /// <summary>Bounds a specification on every box.</summary>
    /// <param name="box">[B, ...].</param>
    /// <param name="specification">Rows for each box, or for all.</param>
    /// <param name="options">How; null for proven CROWN bounds.</param>
    /// <param name="cancellation">Stops between groups of rows.</param>
    /// <exception cref="ArgumentException">Shapes do not fit the network, or a proof is asked for in single precision.</exception>
    public OutputBounds Bound(InputBox box, Specification specification, BoundOptions? options = null, CancellationToken cancellation = default)
    {
        var (lower, upper) = Bounded(box, specification, options ?? new BoundOptions(), wantsUpper: true, cancellation);
        return new OutputBounds(lower, upper!);
    }

    /// <summary>Bounds a specification from below alone, at half the cost of <see cref="Bound"/>'s last pass.</summary>
    /// <param name="box">[B, ...].</param>
    /// <param name="specification">Rows for each box, or for all.</param>
    /// <param name="options">How; null for proven CROWN bounds.</param>
    /// <param name="cancellation">Stops between groups of rows.</param>
    /// <returns>[B, R]; minus infinity where nothing is known.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit the network, or a proof is asked for in single precision.</exception>
    public Tensor LowerBound(InputBox box, Specification specification, BoundOptions? options = null, CancellationToken cancellation = default) =>
        Bounded(box, specification, options ?? new BoundOptions(), wantsUpper: false, cancellation).Lower;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in weights)
            weight.Dispose();
    }

    /// <summary>Whether a nonlinear step is computed from this one.</summary>
    internal bool IsRelaxed(int step) => isRelaxed[step];

    /// <summary>Whether a step's one use is a batch normalisation that can be folded into it.</summary>
    internal bool IsFolded(int step) => isFolded[step];

    /// <summary>Whether all nonlinear steps computed from this one are linear on either side of 0.</summary>
    internal bool IsPiecewiseLinearAfter(int step) => isPiecewiseLinearAfter[step];

    /// <summary>Whether a nonlinear step comes before this one; if not, intervals are exact for each neuron.</summary>
    internal bool FollowsNonlinear(int step) => followsNonlinear[step];

    /// <summary>Elements of the largest result up to a step.</summary>
    internal long WidestBefore(int step) => Steps.Take(step + 1).Max(earlier => earlier.Size);

    internal InputBox Converted(InputBox box) => box.Lower.dtype == Type && box.Lower.device_type == Device.type ? box : new InputBox(box.Lower.to(Type, Device), box.Upper.to(Type, Device));

    private (Tensor Lower, Tensor? Upper) Bounded(InputBox box, Specification specification, BoundOptions options, bool wantsUpper, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(box);
        ArgumentNullException.ThrowIfNull(specification);
        RequireFit(box, specification, options);
        using var scope = NewDisposeScope();
        using var mode = options.Soundness == Soundness.RealArithmetic ? no_grad() : null;
        var state = new Propagation(this, options).Run(Converted(box), null, cancellation);
        var (rows, offsets) = RowsFor(box, specification);
        var lower = LowerOf(state, rows, offsets, options).MoveToOuterDisposeScope();
        return (lower, wantsUpper ? (-LowerOf(state, -rows, -offsets, options)).MoveToOuterDisposeScope() : null);
    }

    // [B, R, K] to [B, R].
    private static Tensor LowerOf(BoundState state, Tensor rows, Tensor offsets, BoundOptions options)
    {
        var network = state.Network;
        var (boxes, count) = (rows.shape[0], rows.shape[1]);
        var flat = rows.reshape([boxes * count, .. network.Steps[^1].Shape]);
        var owner = boxes == 1 ? null : arange(boxes, int64, network.Device).repeat_interleave(count);
        BackwardPass Pass() => new(state, owner, offsets.reshape(-1));
        var last = network.Steps.Count - 1;
        if (options.Method == BoundMethod.Ibp)
            return Pass().RunMerged(last, flat).Lower.reshape(boxes, count);
        var linear = Pass().Run(last, flat).Lower;
        return (options.Intersection == Intersection.None ? linear : maximum(linear, Pass().RunMerged(last, flat).Lower)).reshape(boxes, count);
    }

    // Rows [B, R, K] and offsets [B, R] for every box.
    private (Tensor Rows, Tensor Offsets) RowsFor(InputBox box, Specification specification)
    {
        var rows = specification.Rows.to(Type, Device).expand(box.Count, -1, -1);
        return (rows, (specification.Offsets?.to(Type, Device) ?? zeros([1, rows.shape[1]], Type, Device)).expand(box.Count, -1));
    }

    private void RequireFit(InputBox box, Specification specification, BoundOptions options)
    {
        RequireShape(box.Lower, nameof(box));
        if (specification.Rows.shape[2] != Outputs || (specification.Rows.shape[0] != 1 && specification.Rows.shape[0] != box.Count))
            throw new ArgumentException($"Rows [{string.Join(", ", specification.Rows.shape)}] do not fit {box.Count} boxes and {Outputs} outputs.", nameof(specification));
        if (options.Soundness == Soundness.RealArithmetic && Type != ScalarType.Float64)
            throw new ArgumentException("Proofs are in double precision; the network is not.", nameof(options));
    }

    private void RequireShape(Tensor inputs, string name)
    {
        if (inputs.dim() != InputShape.Count + 1 || !inputs.shape.AsSpan(1).SequenceEqual(Steps[0].Shape))
            throw new ArgumentException($"The network takes [n, {string.Join(", ", InputShape)}]; [{string.Join(", ", inputs.shape)}] was given.", name);
    }
}
