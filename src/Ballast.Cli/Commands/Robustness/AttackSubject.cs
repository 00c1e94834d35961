using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using TorchSharp;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>A model and labelled samples in the units in which they are attacked.</summary>
/// <param name="Model">Maps samples to scores.</param>
/// <param name="Type">The kind of number the model computes in.</param>
/// <param name="Data">The samples, labels among the model's outputs.</param>
/// <param name="Classes">Names of the outputs.</param>
/// <param name="Kind">What a sample is called: image or row.</param>
/// <param name="NameOf">What the user calls a sample.</param>
/// <param name="Unit">The unit of a change, in words that follow a number.</param>
/// <param name="Assumed">What was assumed about the samples, as a sentence.</param>
internal sealed record AttackSubject(
    Module Model, torch.ScalarType Type, Dataset Data, IReadOnlyList<string> Classes, string Kind, Func<int, string> NameOf, string Unit, string Assumed) : IDisposable
{
    /// <summary>Least value of every feature; null where there is none for all.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest value of every feature; null where there is none for all.</summary>
    public double? Maximum { get; init; }

    /// <summary>What samples go through before the file's bare network sees them, first one first.</summary>
    public IReadOnlyList<InputNormalization> Normalizations { get; init; } = [];

    /// <summary>Limits of single features; null where all are alike.</summary>
    public FeatureLimits? Limits { get; init; }

    /// <summary>The widest range of a feature.</summary>
    public double Widest { get; init; } = 1;

    /// <summary>What an attacker may do.</summary>
    /// <exception cref="ArgumentException">The radius is negative, no number, or larger than the data's range.</exception>
    public ThreatModel Threat(PerturbationNorm norm, double epsilon)
    {
        var movable = Limits?.MovableCount ?? Data.Width;
        var largest = Widest * (norm == PerturbationNorm.L2 ? Math.Sqrt(movable) : 1);
        if (!(epsilon >= 0 && epsilon <= largest))
            throw new ArgumentException($"--eps is {epsilon}; a number from 0 to {largest:0.####}, the width of the data's range, is expected.");
        return new ThreatModel(norm, epsilon) { Minimum = Minimum, Maximum = Maximum, Features = Limits };
    }

    /// <summary>Some of the samples, drawn by a seed.</summary>
    public AttackSubject Sampled(int count, int seed)
    {
        if (count >= Data.Count)
            return this;
        var drawn = RandomStream.For(seed, "attacked samples").SampleWithoutReplacement(Data.Count, count);
        Array.Sort(drawn);
        return this with { Data = Data.Select(drawn), NameOf = i => NameOf(drawn[i]) };
    }

    /// <summary>Disposes of a wrapper of the model; the file's model stays its owner's.</summary>
    public void Dispose()
    {
        if (Model is NormalizedModel)
            Model.Dispose();
    }

    /// <summary>Names of the outputs: the model's own, or those given, or numbers from 0.</summary>
    /// <exception cref="ArgumentException">Names were given for a model that has its own, or another number of them than there are outputs.</exception>
    public static IReadOnlyList<string> Names(ScoringModel model, IReadOnlyList<string> given)
    {
        if (given.Count > 0 && model.ClassNames.Count > 0)
            throw new ArgumentException($"'{model.Path}' names its classes itself; --classes is for files that do not.");
        if (given.Count > 0 && given.Count != model.Outputs)
            throw new ArgumentException($"--classes gives {given.Count} names for the {model.Outputs} outputs of '{model.Path}'.");
        if (model.ClassNames.Count > 0 && model.ClassNames.Count != model.Outputs)
            throw new DataFormatException(model.Path, $"{model.Outputs} outputs", $"one for each of {model.ClassNames.Count} classes");
        return model.ClassNames.Count > 0 ? model.ClassNames : given.Count > 0 ? given : [.. Enumerable.Range(0, model.Outputs).Select(k => $"{k}")];
    }

    /// <summary>The same samples with labels among the outputs: by name where the model has names, by number where classes are numbers, else in order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Labelled samples with class names.</param>
    /// <param name="given">Names of the outputs that the user gave; empty for none.</param>
    /// <param name="path">The file or folder of the samples.</param>
    /// <exception cref="DataFormatException">The classes do not fit the outputs.</exception>
    public static (Dataset Data, IReadOnlyList<string> Classes, string Note) Matched(ScoringModel model, Dataset data, IReadOnlyList<string> given, string path)
    {
        IReadOnlyList<string> names = model.ClassNames.Count + given.Count > 0 ? Names(model, given) : [];
        var used = Enumerable.Range(0, data.ClassCount).Where(k => data.RowsOf(k).Length > 0).ToArray();
        var numbers = used.Select(k => int.TryParse(data.ClassNames[k], out var number) ? number : -1).ToArray();
        // Digits such as 3 and 7 for two outputs are names; where there are too many classes, the number that has no output is the one to tell.
        var numbered = names.Count == 0 && numbers.All(number => number >= 0) && (numbers.All(number => number < model.Outputs) || data.ClassCount != model.Outputs);
        var places = new int[data.ClassCount];
        foreach (var (position, k) in used.Index())
        {
            var name = data.ClassNames[k];
            places[k] = names.Count > 0 ? names.ToList().IndexOf(name) : numbered ? numbers[position] : data.ClassCount == model.Outputs ? k : -1;
            if (places[k] < 0 || places[k] >= model.Outputs)
                throw new DataFormatException(path, $"class '{name}', among {used.Length}", names.Count > 0 ? $"one of the model's classes ({string.Join(", ", names)})" : $"the {model.Outputs} classes of the model's outputs (--classes names them)");
        }
        var classes = names.Count > 0 ? names : numbered ? [.. Enumerable.Range(0, model.Outputs).Select(k => $"{k}")] : data.ClassNames;
        var note = names.Count > 0 ? "" : numbered ? "; outputs are classes by number" : $"; outputs are the classes {string.Join(", ", classes)} in this order";
        return (new Dataset(
            data.Features, data.Count, data.Columns, data.SampleShape, Array.ConvertAll(data.Labels.ToArray(), label => places[label]), classes, rowIds: data.RowIds), classes, note);
    }
}
