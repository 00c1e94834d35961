using Ballast.Learning.Networks;
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
            .Concat(objective.NamedParameters.Select(p => (Name: $"objective.{p.Name}", p.Parameter, Factor: 1.0)))
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
    public double GradientNorm(double? clipNorm) => nn.utils.clip_grad_norm_(moved.Select(p => p.Parameter), clipNorm ?? double.PositiveInfinity);

    /// <summary>Moves the parameters at the base rate times <paramref name="factor"/> times their own.</summary>
    public void Step(double factor)
    {
        foreach (var (group, own) in optimizer.ParamGroups.Zip(factors))
            group.LearningRate = baseRate * factor * own;
        optimizer.step();
    }

    public void Dispose()
    {
        ClearGradients();
        foreach (var parameter in frozen)
            parameter.requires_grad = true;
        optimizer.Dispose();
    }
}
