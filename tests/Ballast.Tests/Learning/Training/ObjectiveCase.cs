using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;

namespace Ballast.Tests.Learning.Training;

/// <summary>An objective in the common suite: how it is made from a seed, what it learns, what it claims to honour.</summary>
internal sealed record ObjectiveCase(Func<int, Objective> Make)
{
    public ObjectiveTask Task { get; init; } = ObjectiveTask.Classification;

    public Honoured Honours { get; init; } = Honoured.Weights | Honoured.Mixing;

    /// <summary>Made anew for every training: 3 long-tailed classes, or a line.</summary>
    public Dataset Data => Task == ObjectiveTask.Classification ? TrainingSamples.Blobs(40, 20, 12) : TrainingSamples.Line(72);

    /// <summary>The network that it trains.</summary>
    public Func<Network> Network => CustomNetwork ?? (() => Task == ObjectiveTask.Classification ? new Perceptron(6, 3) : new Perceptron(3, 1));

    /// <summary>For objectives that ask more of a network than outputs.</summary>
    public Func<Network>? CustomNetwork { get; init; }
}
