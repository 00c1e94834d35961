using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Objectives;

namespace Ballast.Cli.Commands.Networks;

/// <summary>What a method that trains against perturbations is told.</summary>
/// <param name="Loss">The loss of a sample that the user chose.</param>
/// <param name="Counts">Training rows of each class.</param>
/// <param name="Epsilon">ε in the unit of the data: of pixels in [0,1] before their normalisation, of a table's columns in standard deviations.</param>
/// <param name="Normalization">What images go through before the network sees them; null for nothing.</param>
/// <param name="Limits">What may be changed of a table's encoded rows; null for images, whose pixels lie in [0,1].</param>
/// <param name="Epochs">Epochs of the training.</param>
/// <param name="Seed">Decides random starts.</param>
internal sealed record RobustTask(ClassificationLoss Loss, IReadOnlyList<int> Counts, double Epsilon, InputNormalization? Normalization, FeatureLimits? Limits, int Epochs, int Seed)
{
    /// <summary>Whether the network is new, its weights free to be drawn otherwise.</summary>
    public bool Begins { get; init; } = true;

    /// <summary>Changes of at most ε in each pixel or column, within their range.</summary>
    public ThreatModel Threat => Limits is null ? ThreatModel.Pixels(Epsilon) : new ThreatModel(PerturbationNorm.LInfinity, Epsilon) { Features = Limits };
}
