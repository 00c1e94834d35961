using System.Diagnostics;
using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.VnnLib;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Answers verification queries: an ONNX network and a VNN-LIB property.</summary>
/// <remarks>
/// Attack first, then CROWN bounds of the whole box, then branch and bound, for as long as there is time. <see cref="Verdict.Unsat"/> is a proof about the network in real arithmetic with its weights taken
/// exactly, rounding of the verifier itself included; <see cref="Verdict.Sat"/> comes with an input whose unsafe outputs ONNX Runtime computed. Before anything is proved the imported network is compared with ONNX
/// Runtime's on random inputs of the property.
/// </remarks>
public sealed class Verifier : IDisposable
{
    private const int ComparedInputs = 100;
    private const double Agreement = 1e-4;

    private readonly string file;
    private readonly OnnxReference reference;
    private readonly BoundedNetwork network;
    private readonly BoundedNetwork single;

    private Verifier(string file, OnnxReference reference, BoundedNetwork network, BoundedNetwork single) => (this.file, this.reference, this.network, this.single) = (file, reference, network, single);

    /// <summary>Opens a network.</summary>
    /// <exception cref="DataFormatException">The file is no ONNX network that is read, an operator has no bound (the message names it), or a weight is not a finite number.</exception>
    public static Verifier Open(string path)
    {
        var graph = OnnxGraphReader.Read(path);
        BoundedNetwork? network = null;
        BoundedNetwork? single = null;
        try
        {
            network = BoundedNetwork.From(graph);
            single = BoundedNetwork.InSinglePrecision(graph);
            return new Verifier(path, OnnxReference.Open(path), network, single);
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "a network whose operators all have bounds and whose weights are finite", inner: error);
        }
        catch
        {
            network?.Dispose();
            single?.Dispose();
            throw;
        }
    }

    /// <summary>Answers a query.</summary>
    /// <param name="property">The property.</param>
    /// <param name="options">Time, seed and limits; null for the defaults.</param>
    /// <param name="progress">Told of stages.</param>
    /// <param name="cancellation">Stops the work; unlike the time limit, with an exception.</param>
    /// <exception cref="DataFormatException">The property names inputs or outputs that the network lacks, or ONNX Runtime disagrees with the imported network.</exception>
    public VerificationResult Verify(VnnLibProperty property, VerificationOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(property);
        options ??= new VerificationOptions();
        RequireFit(property);
        var clock = Stopwatch.StartNew();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.Timeout);
        using var threads = TorchThreads.Use(1);
        var run = new QueryRun(network, single, reference, options, progress, deadline.Token);
        try
        {
            RequireAgreement(property, options.Seed, deadline.Token);
            var verdict = Verdict.Unsat;
            foreach (var region in property.Regions)
            {
                var (answer, found) = run.Decide(region, property.Outputs);
                if (answer == Verdict.Sat)
                    return new VerificationResult(answer, found, run.Stage, run.Subproblems, clock.Elapsed);
                if (answer != Verdict.Unsat)
                    verdict = answer;
            }
            return new VerificationResult(verdict, null, property.Regions.Count == 0 ? VerificationStage.EmptyProperty : run.Stage, run.Subproblems, clock.Elapsed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new VerificationResult(Verdict.Timeout, null, run.Stage, run.Subproblems, clock.Elapsed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reference.Dispose();
        network.Dispose();
        single.Dispose();
    }

    private void RequireFit(VnnLibProperty property)
    {
        var inputs = network.InputShape.Aggregate(1L, (product, extent) => product * extent);
        if (property.Inputs != inputs)
            throw new DataFormatException(file, $"a network of {inputs} inputs", $"{property.Inputs}, X_0 to X_{property.Inputs - 1}, as the property declares");
        if (property.Outputs != network.Outputs)
            throw new DataFormatException(file, $"a network of {network.Outputs} outputs", $"{property.Outputs}, Y_0 to Y_{property.Outputs - 1}, as the property declares");
    }

    private void RequireAgreement(VnnLibProperty property, int seed, CancellationToken cancellation)
    {
        if (property.Regions.Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var random = RandomStream.For(seed, "agreement");
        for (var i = 0; i < ComparedInputs; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var region = property.Regions[i % property.Regions.Count];
            var point = new float[property.Inputs];
            for (var j = 0; j < point.Length; j++)
                point[j] = (float)(region.Lower[j] + random.NextDouble() * (region.Upper[j] - region.Lower[j]));
            var theirs = reference.Run(point);
            var ours = network.Forward(tensor(Array.ConvertAll(point, value => (double)value)).reshape([1, .. network.InputShape])).data<double>().ToArray();
            var scale = theirs.Max(Math.Abs) + 1e-3;
            if (theirs.Length != ours.Length || Enumerable.Range(0, ours.Length).Any(k => !(Math.Abs(ours[k] - theirs[k]) <= Agreement * scale)))
                throw new DataFormatException(file, "a network that computes otherwise in ONNX Runtime than as it was read", $"outputs that agree to within {Agreement}");
        }
    }
}
