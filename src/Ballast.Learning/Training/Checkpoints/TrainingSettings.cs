using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ballast.Core;
using Ballast.Learning.Networks;

namespace Ballast.Learning.Training.Checkpoints;

/// <summary>What must be the same for a training to go on from a checkpoint and end as if it had never stopped.</summary>
internal static class TrainingSettings
{
    public static IReadOnlyDictionary<string, string> Of(TrainerOptions options, Network network, Objective objective, Dataset data, Dataset? validation) => new SortedDictionary<string, string>
    {
        ["epochs"] = $"{options.Epochs}",
        ["batch size"] = $"{options.BatchSize} x {options.Accumulation}, {options.PartialBatch}",
        ["views"] = $"{options.Views}",
        ["optimizer"] = $"{options.Optimizer}",
        ["schedule"] = $"{options.Schedule}",
        ["rates"] = string.Join("; ", options.Rates.Rules),
        ["largest gradient norm"] = $"{options.ClipNorm}",
        ["averaging"] = $"{options.Averaging}",
        ["sampler"] = $"{options.Sampler}",
        ["transform"] = $"{options.Transform}",
        ["early stopping"] = $"{options.EarlyStopping}",
        ["seed"] = $"{options.Seed}",
        ["device"] = $"{options.Device}",
        ["threads"] = $"{options.Threads}",
        ["network"] = $"{network.Architecture} of {string.Join(", ", network.named_parameters().Select(p => $"{p.name} [{string.Join(",", p.parameter.shape)}]"))}",
        ["objective"] = $"{objective}",
        ["training samples"] = Fingerprint(data),
        ["validation samples"] = validation is null ? "" : Fingerprint(validation),
    };

    /// <summary>Refuses a checkpoint of another training.</summary>
    /// <exception cref="ArgumentException">A setting differs; the message names the first.</exception>
    public static void Check(IReadOnlyDictionary<string, string> written, IReadOnlyDictionary<string, string> here, string folder)
    {
        foreach (var (name, value) in here)
            if (!written.TryGetValue(name, out var before) || before != value)
                throw new ArgumentException($"The checkpoints in '{folder}' belong to another training: its {name} is '{before}', here it is '{value}'. Choose another folder, or empty this one.");
    }

    private static string Fingerprint(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(data.Features.Span));
        hash.AppendData(MemoryMarshal.AsBytes(data.Labels.Span));
        hash.AppendData(MemoryMarshal.AsBytes(data.Targets.Span));
        hash.AppendData(MemoryMarshal.AsBytes(data.Groups.Span));
        hash.AppendData(MemoryMarshal.AsBytes(data.Weights.Span));
        return $"{data.Count} of [{string.Join(",", data.SampleShape)}], {data.ClassCount} classes, SHA-256 {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
