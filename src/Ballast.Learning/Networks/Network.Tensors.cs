using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Networks;

// The network's tensors by name: read, copied, replaced, frozen, measured.
public abstract partial class Network
{
    private NetworkState? initialState;

    /// <summary>The weights as they were when <see cref="KeepInitialState"/> was called; null where it was not.</summary>
    public NetworkState? InitialState => initialState;

    /// <summary>Number of parameters; running statistics do not count.</summary>
    public long ParameterCount => named_parameters().Sum(pair => pair.parameter.numel());

    /// <summary>Every tensor that makes up the network's state: parameters, then running statistics, in the order of the modules. Not copies.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedTensors() =>
        named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(named_buffers(include_nonpersistent: false).Select(pair => (pair.name, pair.buffer)));

    /// <summary>Copies the values of every tensor from <paramref name="state"/>.</summary>
    /// <exception cref="ArgumentException">A tensor is missing, left over or of another shape; nothing is changed then.</exception>
    public void Load(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var report = Match(state.Tensors);
        if (!report.IsComplete)
            throw new ArgumentException(
                $"The state does not fit the network: {report}{(report.Missing.Count > 0 ? $" (missing: {string.Join(", ", report.Missing)})" : "")}.", nameof(state));
        LoadMatching(state.Tensors);
    }

    /// <summary>Copies every tensor whose name and shape the network has, such as the body of a network that was trained for other classes.</summary>
    /// <param name="tensors">Tensors by name, on any device, of any floating type.</param>
    /// <returns>What was loaded, what was not and why.</returns>
    public LoadReport LoadMatching(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var report = Match(tensors);
        foreach (var name in report.Loaded)
            SetTensor(name, tensors[name]);
        return report;
    }

    /// <summary>Copies values into the tensor called <paramref name="name"/>, which stays the same tensor for optimisers.</summary>
    /// <exception cref="ArgumentException">The network has no such tensor, or it has another shape.</exception>
    public void SetTensor(string name, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var tensor = Find(name);
        if (!tensor.shape.SequenceEqual(values.shape))
            throw new ArgumentException($"Tensor '{name}' has shape {Show(tensor)}; values of shape {Show(values)} were given.", nameof(values));
        using var _ = no_grad();
        tensor.copy_(values);
    }

    /// <summary>Stops training the parameters whose names begin with <paramref name="prefix"/>; by default all.</summary>
    /// <returns>How many tensors that are.</returns>
    public int Freeze(string prefix = "") => SetTrainable(prefix, trainable: false);

    /// <summary>Trains the parameters whose names begin with <paramref name="prefix"/> again; by default all.</summary>
    /// <returns>How many tensors that are.</returns>
    public int Unfreeze(string prefix = "") => SetTrainable(prefix, trainable: true);

    /// <summary>Keeps a copy of the weights as they are now, for methods that need the distance travelled.</summary>
    public void KeepInitialState()
    {
        initialState?.Dispose();
        initialState = NetworkState.Of(this);
    }

    /// <summary>Euclidean distance of the parameters from <see cref="InitialState"/>.</summary>
    /// <exception cref="InvalidOperationException"><see cref="KeepInitialState"/> was not called.</exception>
    public double DistanceTravelled()
    {
        using var now = NetworkState.Of(this);
        return (initialState ?? throw new InvalidOperationException("The initial weights were not kept.")).DistanceTo(now);
    }

    /// <summary>A network of its own with the same architecture, head, weights, statistics, device and mode; frozen parameters are frozen in it.</summary>
    /// <exception cref="NotSupportedException">The network or its head cannot be made by its name.</exception>
    public Network Clone()
    {
        var description = NetworkDescription.Of(this);
        var clone = description.Create(Initialization.Blank());
        using var state = NetworkState.Of(this);
        clone.to(named_parameters().First().parameter.device);
        clone.Load(state);
        foreach (var ((_, mine), (_, its)) in named_parameters().Zip(clone.named_parameters()))
            its.requires_grad = mine.requires_grad;
        clone.train(training);
        return clone;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            initialState?.Dispose();
        base.Dispose(disposing);
    }

    private LoadReport Match(IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var own = NamedTensors().ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var (loaded, skipped) = (new List<string>(), new List<SkippedTensor>());
        foreach (var (name, given) in tensors)
            if (!own.TryGetValue(name, out var tensor))
                skipped.Add(new(name, "the network has no such tensor"));
            else if (!tensor.shape.SequenceEqual(given.shape))
                skipped.Add(new(name, $"shape {Show(given)}, the network's is {Show(tensor)}"));
            else
                loaded.Add(name);
        return new LoadReport(loaded, skipped, [.. own.Keys.Where(name => !tensors.ContainsKey(name))]);
    }

    private Tensor Find(string name)
    {
        foreach (var (candidate, tensor) in NamedTensors())
            if (candidate == name)
                return tensor;
        throw new ArgumentException($"The network has no tensor '{name}'.", nameof(name));
    }

    private int SetTrainable(string prefix, bool trainable)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var chosen = named_parameters().Where(pair => pair.name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        foreach (var (_, parameter) in chosen)
            parameter.requires_grad = trainable;
        return chosen.Length;
    }

    private static string Show(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
