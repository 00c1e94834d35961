using Ballast.Evaluation.Metrics;
using Ballast.Learning.Adversarial;
using Ballast.Learning.LongTail;
using Ballast.Learning.Metric;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Learning.Regression;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Ballast.Robustness.Certified;
using Ballast.Tests.Shared;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

/// <summary>What every objective must do. A new one joins by a line in <see cref="All"/>.</summary>
[Collection(TorchMemory.Name)]
public sealed class ObjectiveSuite
{
    private static readonly ThreatModel Threat = new(PerturbationNorm.LInfinity, 0.3);

    private static readonly Dictionary<string, ObjectiveCase> Cases = new(LongTailLosses.Known.Names.Select(name => KeyValuePair.Create(name, LongTail(name))))
    {
        ["squared error of one's own"] = new(seed => new TrainerTests.SquaredError()) { Task = ObjectiveTask.Regression, Honours = Honoured.Nothing },
        ["threshold-consistent margin"] = new(seed => new MetricObjective(new CompositeMetricLoss(new ProxyAnchorLoss(3, 3, seed), new ThresholdConsistentMargin()))) { Honours = Honoured.Nothing },
        ["learned temperature"] = new(seed => new LearnedTemperature()) { Honours = Honoured.Nothing },
        ["class-balanced focal"] = LongTail("focal:gamma=2,beta=0.99"),
        ["sigmoid focal"] = new(seed => new SupervisedObjective(new SigmoidFocalLoss())),
        ["focal weighted inside"] = new(seed => new SupervisedObjective(new FocalLoss(1, ClassWeights.EffectiveNumber([40, 20, 12]), FocalWeighting.InsidePt))),
        ["sum-exponential"] = LongTail("comp-sum:tau=0"),
        ["mean absolute error"] = LongTail("comp-sum:tau=2"),
        ["generalised cross-entropy"] = LongTail("comp-sum:tau=1.7"),
        ["adversarial training"] = new(seed => new AdversarialTraining(Pgd.ForTraining(Threat), new CrossEntropyLoss(), seed: seed)) { Honours = Honoured.Weights },
        // The separation sees the batch as a whole.
        ["SRAT"] = new(seed => SratObjective.ForCounts(Pgd.ForTraining(Threat), [40, 20, 12], seed: seed)) { Honours = Honoured.Nothing },
        ["TRADES"] = new(seed => new TradesObjective(Pgd.ForTraining(Threat, AscentStart.NearSample), seed: seed)) { Honours = Honoured.Weights },
        ["smooth adversarial"] = new(seed => new SmoothAdversarialLoss(new SmoothAdversarialOptions { Epsilon = 0.3, Minimum = null, Maximum = null, Seed = seed })) { Honours = Honoured.Weights },
        ["certified, intervals"] = Certified(CertifiedBound.Ibp, null) with { Honours = Honoured.Weights },
        // Regularisers see the batch as a whole.
        ["certified, lines, regularised"] = Certified(CertifiedBound.CrownIbp, new CertifiedRegularizers()),
        ["squared error"] = Regression(() => new SquaredErrorLoss()),
        ["absolute error"] = Regression(() => new AbsoluteErrorLoss()),
        ["balanced mean squared error"] = Regression(() => BalancedMseLoss.Bmc()),
        ["balanced mean squared error by bins"] = Regression(() => BalancedMseLoss.Bni([-3, 0, 3], [0.2, 0.6, 0.2], 1, NoiseVariance.Fixed)),
        // Regularisers see the batch as a whole: a sample that does not count still stands beside the others.
        ["ConR"] = Regression(() => new AbsoluteErrorLoss(), new RegularizerTerm(new ConRLoss(0.5, 0.2, 0.1), 0.5)) with { Honours = Honoured.Nothing },
        ["RankSim"] = Regression(() => new AbsoluteErrorLoss(), new RegularizerTerm(new RankSimLoss(), 0.1)) with { Honours = Honoured.Nothing },
        ["feature smoothing"] = new(seed => new RegressionObjective(new AbsoluteErrorLoss()) { FeatureSmoothing = new FdsOptions(new LabelBins(-6, 1, 12)) })
        {
            Task = ObjectiveTask.Regression,
        },
    };

    private static ObjectiveCase LongTail(string loss) => new(seed => new SupervisedObjective(LongTailLosses.Known.Parse(loss)([40, 20, 12])));

    private static ObjectiveCase Certified(CertifiedBound bound, CertifiedRegularizers? regularizers) => new(seed => new CertifiedObjective(new CertifiedTrainingOptions
    {
        Epsilon = 0.3,
        Bound = bound,
        Schedule = regularizers is null ? EpsilonSchedule.Constant : EpsilonSchedule.Linear(1, 2),
        Regularizers = regularizers,
        Minimum = null,
        Maximum = null,
    }))
    { CustomNetwork = () => new Mlp(new MlpConfiguration(6, [8], 3) { BatchNorm = regularizers is not null }, 7), Honours = Honoured.Nothing };

    private static ObjectiveCase Regression(Func<RegressionLoss> loss, params RegularizerTerm[] terms) => new(seed => new RegressionObjective(loss(), terms)) { Task = ObjectiveTask.Regression };

    public static TheoryData<string> All => [.. Cases.Keys];

    internal static ObjectiveCase CaseOf(string name) => Cases[name];

    [Theory]
    [MemberData(nameof(All))]
    public void The_loss_is_a_finite_scalar_whose_gradient_reaches_the_network(string name)
    {
        using var scope = NewDisposeScope();
        var (network, objective, batch) = Begun(name);

        var loss = objective.Loss(network, batch);
        loss.backward();

        Assert.Equal(1, loss.numel());
        Assert.True(double.IsFinite(loss.to(float64).item<double>()));
        Assert.Contains(network.parameters(), p => p.grad is { } gradient && gradient.abs().sum().item<float>() > 0);
        Assert.All(network.parameters().Concat(objective.NamedParameters.Select(p => p.Parameter)), p => Assert.True(p.grad is null || p.grad.isfinite().all().item<bool>()));
        Assert.True(double.IsFinite(objective.ValidationLoss(network.call(batch.Inputs), batch).to(float64).item<double>()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_batch_stays_as_it_was(string name)
    {
        using var scope = NewDisposeScope();
        var (network, objective, batch) = Begun(name, mixed: Cases[name].Honours.HasFlag(Honoured.Mixing), weighted: Cases[name].Honours.HasFlag(Honoured.Weights));
        var tensors = new[] { batch.Inputs, batch.Labels, batch.Targets, batch.Weights, batch.Rows, batch.Mixed?.Labels, batch.Mixed?.Share }.OfType<Tensor>().ToArray();
        var copies = tensors.Select(t => t.clone()).ToArray();

        objective.Loss(network, batch).backward();

        foreach (var (tensor, copy) in tensors.Zip(copies))
            Assert.True(tensor.equal(copy).all().item<bool>());
    }

    [Fact]
    public void Each_prints_what_it_is_so_that_checkpoints_tell_trainings_apart()
    {
        var own = Cases.Where(pair => pair.Key is not ("squared error of one's own" or "learned temperature")).Select(pair => $"{pair.Value.Make(0)}").ToArray();

        Assert.Equal(own.Order(StringComparer.Ordinal), own.Distinct().Order(StringComparer.Ordinal));
        Assert.All(own, text => Assert.DoesNotContain("Ballast.", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_trains_to_the_same_weights(string name) => Assert.Equal(Trained(name, Short), Trained(name, Short));

    [Theory]
    [MemberData(nameof(All))]
    public void A_stopped_training_goes_on_to_the_same_weights(string name)
    {
        var whole = Trained(name, Short);

        foreach (var stop in new[] { 2, 4, 7 })
        {
            using var folder = new TemporaryFolder();
            var kept = Short with { Checkpoints = new(folder.Path) };
            Assert.Throws<OperationCanceledException>(() => Trained(name, kept, stop));
            Assert.Equal(whole, Trained(name, kept));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_tensor_is_left_behind_over_steps(string name)
    {
        var @case = Cases[name];
        using var network = @case.Network();
        var objective = @case.Make(3);
        var counts = new Counts();

        // What is made once and kept, such as class weights that begin at 80% of training, stands by the fifth epoch.
        new Trainer(Short with { Epochs = 6 }).Train(network, objective, @case.Data, progress: counts);

        Assert.InRange(counts.All[^1] - counts.All[^2], long.MinValue, 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_weights_change_nothing_and_a_weight_of_zero_hides_a_sample(string name)
    {
        Assert.SkipUnless(Cases[name].Honours.HasFlag(Honoured.Weights), "Sample weights are not claimed.");
        using var scope = NewDisposeScope();
        var (network, objective, batch) = Begun(name, weighted: true);
        network.eval();
        var plain = With(batch, weights: null);
        var hidden = batch.Weights!.clone();
        hidden[0] = 0;
        var changed = batch.Inputs.clone();
        changed[0] = changed[0] + 5;

        Assert.Equal(Value(plain), Value(With(batch, batch.Weights.ones_like())), 5);
        Assert.Equal(Value(With(batch, hidden)), Value(With(batch, hidden, changed)), 5);
        Assert.NotEqual(Value(batch), Value(With(batch, batch.Weights, changed)), 5);

        double Value(Batch b) => objective.Loss(network, b).to(float64).item<double>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_that_is_all_its_own_is_not_mixed_and_halves_lie_between(string name)
    {
        Assert.SkipUnless(Cases[name].Honours.HasFlag(Honoured.Mixing), "Mixed samples are not claimed.");
        using var scope = NewDisposeScope();
        var (network, objective, batch) = Begun(name, mixed: true);
        network.eval();
        var own = Value(Mixed(1));
        var partners = Value(new Batch { Inputs = batch.Inputs, Labels = batch.Mixed!.Labels, Targets = batch.Mixed.Targets, Rows = batch.Rows });

        Assert.Equal(Value(With(batch, weights: null)), own, 5);
        Assert.InRange(Value(Mixed(0.5f)), Math.Min(own, partners), Math.Max(own, partners));

        Batch Mixed(float share) => new()
        {
            Inputs = batch.Inputs,
            Labels = batch.Labels,
            Targets = batch.Targets,
            Rows = batch.Rows,
            Mixed = batch.Mixed! with { Share = full_like(batch.Mixed.Share, share) },
        };
        double Value(Batch b) => objective.Loss(network, b).to(float64).item<double>();
    }

    private static readonly TrainerOptions Short = new() { Epochs = 3, BatchSize = 24, Seed = 5 };

    private static float[] Trained(string name, TrainerOptions options, int stopAfter = int.MaxValue)
    {
        var @case = Cases[name];
        using var network = @case.Network();
        using var source = new CancellationTokenSource();
        var objective = @case.Make(3);
        new Trainer(options).Train(network, objective, @case.Data, progress: new Stopper(source, stopAfter), cancellation: source.Token);
        return [.. Weights(network), .. objective.NamedParameters.Select(p => (Tensor)p.Parameter).Concat(objective.State.Select(s => s.Tensor)).SelectMany(Values)];
    }

    private static float[] Values(Tensor tensor)
    {
        using var values = tensor.detach().to(float32).contiguous();
        return values.data<float>().ToArray();
    }

    // An objective as it stands when the first batch comes: 12 samples of the case's data.
    private static (Network Network, Objective Objective, Batch Batch) Begun(string name, bool weighted = false, bool mixed = false)
    {
        var @case = Cases[name];
        var (network, objective, data) = (@case.Network(), @case.Make(3), @case.Data);
        objective.TrainingBegun(network, new TrainingPlan(data, 3, 3, 24, 5, CPU));
        objective.EpochBegun(network, 0);
        objective.BatchBegun(network, 0);
        var samples = new SampleTensors(data, CPU);
        var rows = arange(12, int64);
        var (labels, targets) = (samples.Labels?.index_select(0, rows), samples.Targets?.index_select(0, rows));
        network.train();
        return (network, objective, new Batch
        {
            Inputs = SampleTensors.Inputs(data).index_select(0, rows).clone(),
            Labels = labels,
            Targets = targets,
            Weights = weighted ? arange(1, 13, 1, float32) / 6 : null,
            Rows = rows,
            Mixed = mixed ? new MixedPartners(labels?.flip(0), targets?.flip(0), full(12, 0.3f)) : null,
        });
    }

    private static Batch With(Batch batch, Tensor? weights, Tensor? inputs = null) =>
        new() { Inputs = inputs ?? batch.Inputs, Labels = batch.Labels, Targets = batch.Targets, Weights = weights, Rows = batch.Rows };

    internal sealed class Counts : IProgress<TrainingProgress>
    {
        public List<long> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.EpochDone)
                All.Add(TorchMemory.Settled());
        }
    }

    internal sealed class Stopper(CancellationTokenSource source, int stopAfter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= stopAfter)
                source.Cancel();
        }
    }
}
