using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Regression;

namespace Ballast.Learning.Tabular;

/// <summary>A neural network for real targets of a table, trained on the squared error of standardised targets. See <see cref="NetworkClassifier"/>.</summary>
/// <param name="options">The settings; class weights and losses of classes do not apply.</param>
public sealed class NetworkRegressor(NetworkOptions? options = null) : IRegressor
{
    /// <summary>The settings.</summary>
    public NetworkOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => Options.Architecture == TabularArchitecture.ResNet ? "tabular residual network" : "multilayer perceptron";

    /// <inheritdoc/>
    public ITrainedRegressor Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var targets = TrainingTargets.Of(train);
        var rows = train.Select(targets.Rows);
        var weights = rows.Weights.IsEmpty ? [.. Enumerable.Repeat(1f, rows.Count)] : rows.Weights.ToArray();
        var encoding = NetworkEncoding.Learn(rows, weights, Options.Scaling);
        if (encoding.Shape.Width == 0)
            return new TrainedNetworkRegressor(train.Columns, train.Width, encoding, null, targets.Mean, targets.Scale);

        var encoded = Standardised(encoding.Apply(rows), targets);
        var (fitted, held) = (Enumerable.Range(0, rows.Count).ToArray(), (int[])[]);
        if (Options.Patience > 0 && validation is null)
            (fitted, held) = SetAside.Part(fitted, _ => 0, Options.Seed);
        var fittedRows = NetworkTraining.Rows(encoded, fitted, row => weights[row]);
        var watched = held.Length > 0 ? NetworkTraining.Rows(encoded, held, row => weights[row]) : Watched(train, validation, targets, encoding);
        using var objective = new RegressionObjective(new SquaredErrorLoss());
        var network = NetworkTraining.Train(Options, encoding, 1, objective, fittedRows, watched, cancellation);
        return new TrainedNetworkRegressor(train.Columns, train.Width, encoding, network, targets.Mean, targets.Scale);
    }

    private Dataset? Watched(Dataset train, Dataset? validation, TrainingTargets targets, NetworkEncoding encoding)
    {
        if (validation is null || Options.Patience == 0 || validation.Count == 0)
            return null;
        TableShape.Require(train.Columns, train.Width, validation);
        return Standardised(encoding.Apply(validation), targets);
    }

    private static Dataset Standardised(Dataset data, TrainingTargets targets) => new(
        data.Features, data.Count, data.Columns, targets: Array.ConvertAll(data.Targets.ToArray(), target => (target - targets.Mean) / targets.Scale), weights: data.Weights);
}

/// <summary>A network that predicts real values.</summary>
public sealed class TrainedNetworkRegressor : ITrainedRegressor
{
    internal TrainedNetworkRegressor(IReadOnlyList<FeatureColumn> columns, int width, NetworkEncoding encoding, Network? network, double mean, double scale) =>
        (Columns, Width, Encoding, Network, Mean, Scale) = (columns, width, encoding, network, mean, scale);

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>From features to the network's inputs.</summary>
    public NetworkEncoding Encoding { get; }

    /// <summary>The network, in double precision and evaluation mode, of one output in units of <see cref="Scale"/>; null where no feature varies, and the mean is predicted.</summary>
    public Network? Network { get; }

    /// <summary>Mean of the training targets, which output 0 stands for.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the training targets, the unit of the output.</summary>
    public double Scale { get; }

    /// <summary>Features d of the training set.</summary>
    internal int Width { get; }

    /// <inheritdoc/>
    public double[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        if (Network is null)
            return [.. Enumerable.Repeat(Mean, data.Count)];
        return NetworkTraining.Outputs(Network, Encoding, data, outputs => (outputs * Scale) + Mean);
    }
}
