using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Metric;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;

namespace Ballast.Reproductions.Metric;

/// <summary>One way to train an embedding: a base loss, and how much of the threshold-consistent margin is added.</summary>
/// <param name="Base">Name of the base loss.</param>
/// <param name="Weight">w of the margin; 0 for none.</param>
/// <param name="MMinus">m- of the margin.</param>
/// <param name="Letters">Whether the rows are letters rather than the open world.</param>
/// <param name="Seeds">Repetitions.</param>
internal sealed record EmbeddingSetting(string Base, double Weight, double MMinus, bool Letters, int Seeds)
{
    private const int Embedding = 16, LetterEmbedding = 32, Hidden = 128;

    public string Name => $"{(Letters ? "letters, " : "")}{Base}{(Weight == 0 ? "" : $" + TCM w={Weight}")}{(MMinus == 0.5 ? "" : $", m-={MMinus}")}";

    /// <summary>500 steps of 20 classes x 5, then the report on the test rows. Equal seeds share data, first weights and batches.</summary>
    public OpisReport Run(EmbeddingData data, int seed, CancellationToken cancellation)
    {
        var width = Letters ? LetterEmbedding : Embedding;
        using var network = new Mlp(data.Train.Width, [Hidden], width, seed);
        MetricLoss loss = Base switch
        {
            "Proxy-Anchor" => new ProxyAnchorLoss(data.Train.ClassCount, width, seed),
            "contrastive" => new ContrastiveLoss(),
            "triplet" => new TripletLoss(),
            _ => new MultiSimilarityLoss(),
        };
        if (Weight > 0)
            loss = new CompositeMetricLoss(loss, new ThresholdConsistentMargin(mMinus: MMinus), Weight);
        new Trainer(new TrainerOptions
        {
            Epochs = 1,
            BatchSize = 100,
            Sampler = new ClassBatchSampler(20, 5, 500),
            Optimizer = new AdamOptions { LearningRate = 1e-3 },
            Seed = seed,
        }).Train(network, new MetricObjective(loss), data.Train, cancellation: cancellation);
        using var embeddings = Inference.Logits(network, data.Test, cancellation: cancellation);
        return OperatingPointInconsistency.Compute(
            LabelledEmbeddings.FromSingle(embeddings.data<float>().ToArray(), data.Test.Labels.Span), cancellation: cancellation);
    }
}
