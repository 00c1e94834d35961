using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.VnnLib;
using Ballast.Robustness.Verification;
using Ballast.Tests.Robustness.Bounds;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Robustness.Verification;

/// <summary>Answers agree with the competition's, with a dense grid, and with ONNX Runtime; what cannot be asked is refused.</summary>
public sealed class VerifierTests
{
    public static TheoryData<string, string, string> Instances
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            if (RealData.Find("vnnlib/instances.csv") is { } path)
                foreach (var line in File.ReadLines(path).Skip(1))
                    data.Add(line.Split(',')[1], line.Split(',')[2], line.Split(',')[3]);
            else
                data.Add("", "", "");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Instances))]
    public void Competition_queries_get_the_agreed_answer(string network, string property, string expected)
    {
        var folder = RealData.Require("vnnlib");
        using var verifier = Verifier.Open(Path.Combine(folder, network));

        var result = verifier.Verify(VnnLibFile.Read(Path.Combine(folder, property)), new VerificationOptions { Timeout = TimeSpan.FromMinutes(2) }, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(expected, result.Verdict.ToString().ToLowerInvariant());
    }

    [Theory]
    [InlineData(20)] // by halving the box
    [InlineData(0)] // by assuming signs of neurons
    public void Random_queries_are_answered_as_a_dense_grid_says(int maxSplitInputs)
    {
        using var folder = new TemporaryFolder();
        var seen = new HashSet<Verdict>();
        for (var seed = 0; seed < 24; seed++)
        {
            var path = folder.File($"{seed}.onnx");
            OnnxGraphWriter.Write(path, RandomNetworks.Perceptron(seed, inputs: 2, width: 8, layers: 2, outputs: 3));
            using var reference = OnnxReference.Open(path);
            var grid = Grid().Select(point => Array.ConvertAll(reference.Run(point), value => (double)value)).ToArray();
            // The least margin of class 0 over class 1 on the grid, moved a little either way.
            var least = grid.Min(outputs => outputs[0] - outputs[1]);
            var spread = grid.Max(outputs => outputs[0] - outputs[1]) - least;
            var isUnsafe = seed % 2 == 0;
            var limit = isUnsafe ? least + 0.001 * spread : least - 0.05 * spread - 0.01;
            var property = new VnnLibProperty(2, 3, [new UnsafeRegion([-1, -1], [1, 1], [[new OutputConstraint([1, -1, 0], limit)]])]);
            using var verifier = Verifier.Open(path);

            var result = verifier.Verify(property, new VerificationOptions { Timeout = TimeSpan.FromMinutes(1), MaxSplitInputs = maxSplitInputs }, cancellation: TestContext.Current.CancellationToken);

            // Neurons alone leave a leaf undecided whose relaxed optimum is no counterexample; it is never answered wrongly.
            if (maxSplitInputs == 0 && isUnsafe && result.Verdict == Verdict.Unknown)
                continue;
            seen.Add(result.Verdict);
            if (isUnsafe)
            {
                Assert.Equal(Verdict.Sat, result.Verdict);
                var outputs = reference.Run([.. result.Counterexample!.Inputs]);
                Assert.Equal(result.Counterexample.Outputs, outputs);
                Assert.True(outputs[0] - outputs[1] <= limit);
                Assert.All(result.Counterexample.Inputs, value => Assert.InRange(value, -1, 1));
            }
            else
            {
                Assert.Equal(Verdict.Unsat, result.Verdict);
            }
        }
        Assert.Equal(2, seen.Count);
    }

    [Theory]
    [InlineData(20, 0.05)] // by halving the box
    [InlineData(0, 0.5)] // by halving the intervals of neurons
    public void A_network_without_relus_is_answered_too(int maxSplitInputs, double distance)
    {
        using var folder = new TemporaryFolder();
        var proved = 0;
        for (var seed = 0; seed < 6; seed++)
        {
            var path = folder.File($"{seed}.onnx");
            OnnxGraphWriter.Write(path, RandomNetworks.Perceptron(seed, inputs: 2, width: 12, layers: 3, outputs: 2, activation: new SigmoidOperator()));
            using var reference = OnnxReference.Open(path);
            var margins = Grid().Select(point => reference.Run(point)).Select(outputs => (double)outputs[0] - outputs[1]).ToArray();
            // Safe by a margin that linear bounds of the whole box do not prove.
            var limit = margins.Min() - distance * (margins.Max() - margins.Min());
            var property = new VnnLibProperty(2, 2, [new UnsafeRegion([-1, -1], [1, 1], [[new OutputConstraint([1, -1], limit)]])]);
            using var verifier = Verifier.Open(path);

            var result = verifier.Verify(property, new VerificationOptions { Timeout = TimeSpan.FromSeconds(maxSplitInputs == 0 ? 4 : 20), MaxSplitInputs = maxSplitInputs }, cancellation: TestContext.Current.CancellationToken);

            Assert.NotEqual(Verdict.Sat, result.Verdict);
            proved += result.Verdict == Verdict.Unsat ? 1 : 0;
        }
        // Halves of neurons, bounded as on the whole box, may not get there in time.
        Assert.InRange(proved, maxSplitInputs == 0 ? 3 : 6, 6);
    }

    [Fact]
    public void A_property_that_asks_of_another_network_is_refused()
    {
        using var folder = new TemporaryFolder();
        OnnxGraphWriter.Write(folder.File("net.onnx"), RandomNetworks.Perceptron(1, inputs: 2, width: 4, layers: 1, outputs: 3));
        using var verifier = Verifier.Open(folder.File("net.onnx"));

        var inputs = Assert.Throws<DataFormatException>(() => verifier.Verify(VnnLibProperty.Robustness([0, 0, 0], [1, 1, 1], 0, 3)));
        var outputs = Assert.Throws<DataFormatException>(() => verifier.Verify(VnnLibProperty.Robustness([0, 0], [1, 1], 0, 4)));

        Assert.Contains("X_2", inputs.Message, StringComparison.Ordinal);
        Assert.Contains("Y_3", outputs.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_an_operator_without_a_bound_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Apply(new SoftmaxOperator(1), "probabilities", graph.Input("x", [3])));
        OnnxGraphWriter.Write(folder.File("net.onnx"), graph.Build());

        var error = Assert.Throws<DataFormatException>(() => Verifier.Open(folder.File("net.onnx")));

        Assert.Contains("Softmax", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_that_is_up_is_an_answer_and_cancelling_is_not()
    {
        using var folder = new TemporaryFolder();
        OnnxGraphWriter.Write(folder.File("net.onnx"), RandomNetworks.Perceptron(2, inputs: 8, width: 30, layers: 4, outputs: 2));
        using var verifier = Verifier.Open(folder.File("net.onnx"));
        // Out of reach for an attack, too near for a proof.
        var property = new VnnLibProperty(8, 2, [new UnsafeRegion([.. Enumerable.Repeat(-50.0, 8)], [.. Enumerable.Repeat(50.0, 8)], [[new OutputConstraint([1, 0], -1), new OutputConstraint([-1, 0], 0.999999)]])]);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Equal(Verdict.Timeout, verifier.Verify(property, new VerificationOptions { Timeout = TimeSpan.FromMilliseconds(1) }).Verdict);
        Assert.ThrowsAny<OperationCanceledException>(() => verifier.Verify(property, cancellation: cancelled.Token));
    }

    private static IEnumerable<float[]> Grid()
    {
        for (var i = 0; i <= 100; i++)
            for (var j = 0; j <= 100; j++)
                yield return [-1 + i / 50f, -1 + j / 50f];
    }
}
