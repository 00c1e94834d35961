using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;

namespace Ballast.Learning.Tabular;

/// <summary>A neural network for the classes of a table: features encoded by <see cref="NetworkEncoding"/>, categories embedded, trained with early stopping on 15% of each class's rows.</summary>
/// <param name="options">The settings; null for the defaults.</param>
public sealed class NetworkClassifier(NetworkOptions? options = null) : IClassifier
{
    /// <summary>The settings.</summary>
    public NetworkOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => Options.Architecture == TabularArchitecture.ResNet ? "tabular residual network" : "multilayer perceptron";

    /// <inheritdoc/>
    public ITrainedClassifier Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var classes = TrainingClasses.Of(train, Options.ClassWeights);
        var rows = train.Select(classes.Rows);
        var weights = Array.ConvertAll(classes.Rows, classes.Weight);
        var encoding = NetworkEncoding.Learn(rows, weights, Options.Scaling);
        if (encoding.Shape.Width == 0)
            return new TrainedNetworkClassifier(train.ClassNames, train.Columns, train.Width, classes.Present, encoding, null, classes.Shares);

        var encoded = Compact(encoding.Apply(rows), classes);
        var (fitted, held) = (Enumerable.Range(0, rows.Count).ToArray(), (int[])[]);
        if (Options.Patience > 0 && validation is null)
            (fitted, held) = SetAside.Part(fitted, row => encoded.Labels.Span[row], Options.Seed);
        var fittedRows = NetworkTraining.Rows(encoded, fitted, row => weights[row]);
        var watched = held.Length > 0 ? NetworkTraining.Rows(encoded, held, row => weights[row]) : Watched(train, validation, classes, encoding);
        var loss = Options.Loss?.Invoke(fittedRows.ClassCounts()) ?? new CrossEntropyLoss();
        var objective = Options.Objective?.Invoke(loss, fittedRows, encoding) ?? new SupervisedObjective(loss);
        var network = NetworkTraining.Train(Options, encoding, classes.Present.Length, objective, fittedRows, watched, cancellation, Options.Method);
        return new TrainedNetworkClassifier(train.ClassNames, train.Columns, train.Width, classes.Present, encoding, network, classes.Shares);
    }

    private Dataset? Watched(Dataset train, Dataset? validation, TrainingClasses classes, NetworkEncoding encoding)
    {
        if (validation is null || Options.Patience == 0)
            return null;
        TableShape.Require(train.Columns, train.Width, validation);
        var rows = classes.RowsOfPresentClasses(validation);
        return rows.Length == 0 ? null : Compact(encoding.Apply(validation.Select(rows)), classes);
    }

    // The same rows with labels among the classes that training holds.
    private static Dataset Compact(Dataset data, TrainingClasses classes) => new(
        data.Features, data.Count, data.Columns, labels: Array.ConvertAll(data.Labels.ToArray(), classes.Compact),
        classNames: [.. classes.Present.Select(k => data.ClassNames[k])], weights: data.Weights);
}

/// <summary>A network that predicts classes.</summary>
public sealed class TrainedNetworkClassifier : ITrainedClassifier
{
    private readonly int[] present;
    private readonly double[] shares;

    internal TrainedNetworkClassifier(
        IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, int width, int[] present, NetworkEncoding encoding, Network? network, double[] shares) =>
        (ClassNames, Columns, Width, this.present, Encoding, Network, this.shares) = (classNames, columns, width, present, encoding, network, shares);

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>From features to the network's inputs.</summary>
    public NetworkEncoding Encoding { get; }

    /// <summary>The network, in double precision and evaluation mode, of one output a class with training rows; null where no feature varies, and the class shares are predicted.</summary>
    public Network? Network { get; }

    /// <summary>Names of the network's outputs: the classes with training rows, in order.</summary>
    public IReadOnlyList<string> OutputNames => [.. present.Select(k => ClassNames[k])];

    /// <summary>Features d of the training set.</summary>
    internal int Width { get; }

    internal ReadOnlySpan<int> Present => present;

    internal ReadOnlySpan<double> Shares => shares;

    /// <inheritdoc/>
    public Predictions Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        var compact = Network is null
            ? [.. Enumerable.Range(0, data.Count).SelectMany(_ => shares)]
            : NetworkTraining.Outputs(Network, Encoding, data, logits => logits.softmax(1));
        return new Predictions(TrainingClasses.Spread(compact, present, ClassNames.Count), ClassNames.Count, data.RowIds);
    }
}
