using Ballast.Learning.Networks;
using Ballast.Learning.Training.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Optimization;

/// <summary>The optimiser at work: which parameters it moves, at what rate, and what it remembers of each.</summary>
internal sealed class ParameterStepper : IDisposable
{
    private readonly Network network;
    private readonly ParameterRates rates;
    private readonly double baseRate;
    private readonly (string Name, Parameter Parameter)[] moved;
    private readonly Parameter[] frozen;
    private readonly double[] factors;
    private readonly optim.Optimizer optimizer;

    public ParameterStepper(Network network, Objective objective, OptimizerOptions options, ParameterRates rates)
    {
        (this.network, this.rates, baseRate) = (network, rates, options.LearningRate);
        var all = network.named_parameters().Select(p => (Name: $"network.{p.name}", Parameter: p.parameter, Factor: rates.FactorOf(p.name)))
            .Concat(objective.NamedParameters.Select(p => (Name: $"objective.{p.Name}", p.Parameter, Factor: objective.ParameterRate)))
            .Where(p => p.Parameter.requires_grad).ToArray();
        var groups = all.Where(p => p.Factor > 0).GroupBy(p => p.Factor).ToArray();
        if (groups.Length == 0)
            throw new ArgumentException("Every parameter is frozen: there is nothing to train.", nameof(rates));
        moved = [.. groups.SelectMany(group => group.Select(p => (p.Name, p.Parameter)))];
        factors = [.. groups.Select(group => group.Key)];
        frozen = [.. all.Where(p => p.Factor == 0).Select(p => p.Parameter)];
        optimizer = options.Create([.. groups.Select(group => (group.Key, group.Select(p => p.Parameter).ToArray()))]);
        foreach (var parameter in frozen)
            parameter.requires_grad = false;
    }

    /// <summary>Puts the network in training mode, frozen parts in evaluation mode.</summary>
    public void EnterTrainingMode()
    {
        network.train();
        // A shorter name is a parent's: children then have the last word.
        foreach (var (name, module) in network.named_modules().OrderBy(m => m.name.Length))
            if (module != network && rates.Rules.Count > 0)
                module.train(rates.FactorOf($"{name}.") > 0);
    }

    /// <summary>Forgets all gradients. Gradients of zero would be none at all to a parameter that a batch does not touch, but for momentum and decay.</summary>
    public void ClearGradients()
    {
        foreach (var (_, parameter) in moved)
            parameter.grad = null;
    }

    /// <summary>The Euclidean norm of all gradients together; they are shortened to <paramref name="clipNorm"/> where it is given.</summary>
    /// <remarks>An objective's own parameters may lie on the processor while the network's are on a graphics card: torch takes norms of one device at a time.</remarks>
    public double GradientNorm(double? clipNorm)
    {
        var most = clipNorm ?? double.PositiveInfinity;
        var devices = moved.Select(p => p.Parameter).GroupBy(parameter => parameter.device_type).ToArray();
        if (devices.Length == 1)
            return nn.utils.clip_grad_norm_(devices[0], most);
        var norm = Math.Sqrt(devices.Sum(parameters => Math.Pow(nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity), 2)));
        if (norm > most)
            Shorten(most / (norm + 1e-6));
        return norm;
    }

    private void Shorten(double factor)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var (_, parameter) in moved)
            parameter.grad?.mul_(factor);
    }

    /// <summary>Moves the parameters at the base rate times <paramref name="factor"/> times their own.</summary>
    public void Step(double factor)
    {
        foreach (var (group, own) in optimizer.ParamGroups.Zip(factors))
            group.LearningRate = baseRate * factor * own;
        optimizer.step();
    }

    /// <summary>What the optimiser remembers, by name of the parameter; SGD's momentum exists after the first step.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Memory => States.SelectMany(p => p.State switch
    {
        Adam.State adam => [($"{p.Name}.mean", adam.exp_avg), ($"{p.Name}.square", adam.exp_avg_sq)],
        AdamW.State adam => [($"{p.Name}.mean", adam.exp_avg), ($"{p.Name}.square", adam.exp_avg_sq)],
        SGD.State { momentum_buffer: { } momentum } => [($"{p.Name}.momentum", momentum)],
        _ => Array.Empty<(string, Tensor)>(),
    }).Select(t => ($"optimizer.{t.Item1}", t.Item2));

    /// <summary>Steps that the optimiser counts for each parameter, where it does.</summary>
    public IReadOnlyDictionary<string, long> Steps => States.Where(p => p.State is Adam.State or AdamW.State)
        .ToDictionary(p => p.Name, p => p.State is Adam.State adam ? adam.step : ((AdamW.State)p.State).step);

    /// <summary>The objective's parameters by name, for checkpoints.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> ObjectiveParameters =>
        moved.Where(p => p.Name.StartsWith("objective.", StringComparison.Ordinal)).Select(p => (p.Name, (Tensor)p.Parameter));

    /// <summary>Makes the optimiser remember what the checkpoint holds.</summary>
    public void Recall(Checkpoint checkpoint)
    {
        foreach (var (name, parameter, state) in States)
        {
            if (state is SGD.State sgd && checkpoint.Holds($"optimizer.{name}.momentum"))
                sgd.momentum_buffer = parameter.detach().clone().DetachFromDisposeScope();
            else if (state is Adam.State adam)
                adam.step = checkpoint.State.OptimizerSteps.GetValueOrDefault(name);
            else if (state is AdamW.State adamW)
                adamW.step = checkpoint.State.OptimizerSteps.GetValueOrDefault(name);
        }
        checkpoint.CopyTo(Memory);
    }

    private IEnumerable<(string Name, Parameter Parameter, OptimizerState State)> States =>
        moved.Zip(((OptimizerHelper)optimizer).state_dict().State, (p, state) => (p.Name, p.Parameter, state));

    public void Dispose()
    {
        ClearGradients();
        foreach (var parameter in frozen)
            parameter.requires_grad = true;
        optimizer.Dispose();
    }
}
