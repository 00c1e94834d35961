using Ballast.Data.Images;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>CNN-7 on images of Fashion-MNIST's size. Goals: bounding 256 boxes by intervals takes at most 2.5 plain forward passes of as many images; a step of CROWN-IBP with loss fusion at most 4 plain steps.</summary>
/// <remarks>Each goal against the plain figure of the same run, in turns: <c>--filter '*CertifiedTraining*'</c>.</remarks>
[MemoryDiagnoser]
public class CertifiedTrainingBenchmark : IDisposable
{
    private Network network = null!;
    private TrainingBatch bounded = null!, stepped = null!;
    private BoundedNetwork bounds = null!;
    private Objective plain = null!, ibp = null!, crown = null!;

    /// <summary>Channels of the first convolutions; 64 in the papers.</summary>
    [Params(16, 64)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        network = new Cnn7(new Cnn7Configuration(new ImageShape(1, 28, 28), 10, Width), 1);
        bounds = BoundedNetwork.From(network.ToGraph(), network.NamedTensors().Where(pair => pair.Tensor.is_floating_point()).ToDictionary(pair => pair.Name, pair => pair.Tensor));
        (bounded, stepped) = (TrainingBatch.Of(256), TrainingBatch.Of(128));
        Objective Begun(Objective objective)
        {
            objective.TrainingBegun(network, new TrainingPlan(TrainingBatch.Data, 10, 10, 128, 0, CPU));
            objective.BatchBegun(network, 50);
            return objective;
        }
        plain = Begun(new SupervisedObjective(new CrossEntropyLoss()));
        ibp = Begun(new CertifiedObjective(new CertifiedTrainingOptions { Epsilon = 0.1, Schedule = EpsilonSchedule.Linear(1, 10) }));
        crown = Begun(new CertifiedObjective(new CertifiedTrainingOptions { Epsilon = 0.1, Schedule = EpsilonSchedule.Linear(1, 10), Bound = CertifiedBound.CrownIbp }));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        bounds.Dispose();
        network.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Forward()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        network.eval();
        network.call(bounded.Inputs);
    }

    [Benchmark]
    public void Intervals()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        bounds.LowerBound(bounded.Box, new Specification(eye(10).unsqueeze(0)), new BoundOptions { Method = BoundMethod.Ibp, Soundness = Soundness.Nominal });
    }

    [Benchmark]
    public void PlainStep() => Step(plain);

    [Benchmark]
    public void IntervalStep() => Step(ibp);

    [Benchmark]
    public void CrownStep() => Step(crown);

    private void Step(Objective objective)
    {
        using var scope = NewDisposeScope();
        network.train();
        network.zero_grad();
        objective.Loss(network, stepped.Batch).backward();
    }
}
