using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Reproductions.SoftErrors;

/// <summary>The specification's perceptron 64-32-10 on the digits, in float and in int8, with the rows that faults are tried on.</summary>
internal sealed record StruckPerceptron(int Seed, NetworkChain Chain, QuantizedNetwork Quantized, FaultInputs Calibration, FaultInputs Test)
{
    private const int TrainRows = 1200;

    public static StruckPerceptron Train(Digits digits, int seed, CancellationToken cancellation)
    {
        var order = RandomStream.For(seed, "soft errors, rows").Permutation(digits.Train.Count + digits.Test.Count);
        // Row ids number the file's rows; the file's own split is not used.
        var (features, labels) = (new float[order.Length * 64], new int[order.Length]);
        foreach (var part in new[] { digits.Train, digits.Test })
            for (var row = 0; row < part.Count; row++)
            {
                var place = Array.IndexOf(order, part.RowIds.Span[row]);
                part.Row(row).CopyTo(features.AsSpan(place * 64));
                labels[place] = part.Labels.Span[row];
            }
        var all = new Dataset(features, order.Length, [], [64], labels, digits.Train.ClassNames);
        using var network = new Mlp(64, [32], 10, seed);
        var trainer = new Trainer(new TrainerOptions { Epochs = 40, BatchSize = 100, Optimizer = new AdamOptions { LearningRate = 1e-2 }, Seed = seed });
        trainer.Train(network, new SupervisedObjective(new CrossEntropyLoss()), Rows(all, 0, TrainRows), cancellation: cancellation);
        var chain = NetworkChain.Of(network.ToGraph());
        var calibration = FaultInputs.Of(Rows(all, 0, 500));
        return new StruckPerceptron(seed, chain, NetworkQuantizer.Quantize(chain, calibration, cancellation), calibration, FaultInputs.Of(Rows(all, TrainRows, all.Count)));
    }

    /// <summary>The first rows of the test part.</summary>
    public FaultInputs FirstTest(int rows) => new(Test.Features[..(rows * 64)], rows, Test.Labels[..rows]);

    public double Accuracy(Func<ReadOnlyMemory<float>, float[]> scores) =>
        Enumerable.Range(0, Test.Count).Count(row => OutcomeJudge.Top(scores(Test.Features.Slice(row * 64, 64))) == Test.Labels.Span[row]) / (double)Test.Count;

    private static Dataset Rows(Dataset data, int from, int to) => data.Select([.. Enumerable.Range(from, to - from)]);
}
