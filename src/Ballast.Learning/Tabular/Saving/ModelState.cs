using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Learning.Tabular.Onnx;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>What must be kept of a trained model to make it again.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TreesState), "boosted-trees")]
[JsonDerivedType(typeof(LogisticState), "logistic-regression")]
[JsonDerivedType(typeof(AverageState), "average")]
[JsonDerivedType(typeof(OnnxState), "onnx")]
[JsonDerivedType(typeof(NetworkModelState), "network")]
[JsonDerivedType(typeof(RegressionNetworkState), "network-regression")]
[JsonDerivedType(typeof(RegressionTreesState), "boosted-trees-regression")]
[JsonDerivedType(typeof(RidgeState), "ridge-regression")]
internal abstract record ModelState
{
    [JsonIgnore]
    internal virtual bool IsRegression => false;

    /// <exception cref="NotSupportedException">The model is of a kind that has no saved form.</exception>
    internal static ModelState Of(ITrainedClassifier model, ModelParts parts) => model switch
    {
        TrainedTrees trees => new TreesState(
            trees.BoosterText is { } text ? parts.Add(text) : null, trees.Present.ToArray(), trees.Shares.ToArray()),
        TrainedLogisticRegression logistic => new LogisticState(
            logistic.Width, logistic.Present.ToArray(), logistic.Encoding, logistic.Coefficients.ToArray(), logistic.Converged),
        TrainedAverage average => new AverageState([.. average.Members.Select(member => Of(member, parts))]),
        TrainedNetworkClassifier network => new NetworkModelState(
            network.Width, network.Present.ToArray(), network.Shares.ToArray(), network.Encoding, NetworkPart.Of(network.Network, parts)),
        OnnxClassifier onnx => new OnnxState(parts.Add(onnx.Content.ToArray(), "onnx")),
        _ => throw new NotSupportedException($"A model of type {model.GetType().Name} has no saved form."),
    };

    /// <exception cref="NotSupportedException">The model is of a kind that has no saved form.</exception>
    internal static ModelState Of(ITrainedRegressor model, ModelParts parts) => model switch
    {
        TrainedRegressionTrees trees => new RegressionTreesState(
            trees.BoosterText is { } text ? parts.Add(text) : null, trees.Mean, trees.Scale),
        TrainedNetworkRegressor network => new RegressionNetworkState(
            network.Width, network.Mean, network.Scale, network.Encoding, NetworkPart.Of(network.Network, parts)),
        TrainedRidgeRegression ridge => new RidgeState(ridge.Width, ridge.Encoding, ridge.Coefficients.ToArray(), ridge.Intercept),
        _ => throw new NotSupportedException($"A model of type {model.GetType().Name} has no saved form."),
    };

    internal virtual ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts) =>
        throw new InvalidDataException("a regression model where a model of classes was expected");

    internal virtual ITrainedRegressor ToRegressor(IReadOnlyList<FeatureColumn> columns, ModelParts parts) =>
        throw new InvalidDataException("a model of classes where a regression model was expected");

    internal static void Require(bool holds, string found)
    {
        if (!holds)
            throw new InvalidDataException(found);
    }

    internal static void RequirePresent(int[] present, int classes)
    {
        Require(present.Length >= 2 && present[0] >= 0 && present[^1] < classes, "class indices outside the classes");
        for (var k = 1; k < present.Length; k++)
            Require(present[k] > present[k - 1], "class indices out of order");
    }

    internal static void RequireEncoding(DesignEncoding encoding, int width, int columns)
    {
        Require(width >= 0 && (columns == 0 || width == columns), $"a model of {width} features with {columns} columns");
        var features = encoding.Numerics.Select(n => n.Feature).Concat(encoding.MissingIndicators).Concat(encoding.Categories.Select(c => c.Feature));
        Require(features.All(feature => feature >= 0 && feature < width), "an encoding of features that do not exist");
        Require(encoding.Numerics.All(n => double.IsFinite(n.Median + n.Mean + n.Scale) && n.Scale > 0), "a standardisation that is not finite");
        Require(encoding.Categories.All(c => c.Codes.Count > 0 && c.Codes.Distinct().Count() == c.Codes.Count), "a category code that stands twice");
    }
}

internal sealed record TreesState(string? Part, int[] Present, double[] Shares) : ModelState
{
    internal override ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        RequirePresent(Present, classNames.Count);
        if (Part is null)
        {
            Require(Shares.Length == Present.Length && Shares.All(share => share is >= 0 and <= 1) && Math.Abs(Shares.Sum() - 1) < 1e-6, "class shares that do not sum to 1");
            return new TrainedTrees(classNames, columns, Present, Shares);
        }
        var trees = new TrainedTrees(classNames, columns, Present, parts.Text(Part));
        Require(trees.Outputs == (Present.Length == 2 ? 1 : Present.Length), $"trees of {trees.Outputs} outputs for {Present.Length} classes");
        Require(columns.Count == 0 || trees.Width == columns.Count, $"trees of {trees.Width} features with {columns.Count} columns");
        return trees;
    }
}

internal sealed record LogisticState(int Width, int[] Present, DesignEncoding Encoding, double[] Coefficients, bool Converged) : ModelState
{
    internal override ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        RequirePresent(Present, classNames.Count);
        RequireEncoding(Encoding, Width, columns.Count);
        Require(Coefficients.Length == (long)(Present.Length == 2 ? 1 : Present.Length) * (Encoding.Width + 1) && Coefficients.All(double.IsFinite), "coefficients that do not fit");
        return new TrainedLogisticRegression(classNames, columns, Width, Present, Encoding, Coefficients) { Converged = Converged };
    }
}

internal sealed record AverageState(ModelState[] Members) : ModelState
{
    internal override ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts) =>
        new TrainedAverage([.. Members.Select(member => member.ToClassifier(classNames, columns, parts))]);
}

internal sealed record OnnxState(string Part) : ModelState
{
    internal override ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts) =>
        OnnxClassifier.Of(parts.Content(Part), Part, classNames, columns);
}

internal sealed record RegressionTreesState(string? Part, double Mean, double Scale) : ModelState
{
    internal override bool IsRegression => true;

    internal override ITrainedRegressor ToRegressor(IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        Require(double.IsFinite(Mean) && double.IsFinite(Scale), "a scale that is not finite");
        var trees = new TrainedRegressionTrees(columns, Mean, Scale, Part is null ? null : parts.Text(Part));
        Require(trees.Outputs == 1 && (columns.Count == 0 || Part is null || trees.Width == columns.Count), $"trees of {trees.Width} features with {columns.Count} columns");
        return trees;
    }
}

internal sealed record RidgeState(int Width, DesignEncoding Encoding, double[] Coefficients, double Intercept) : ModelState
{
    internal override bool IsRegression => true;

    internal override ITrainedRegressor ToRegressor(IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        RequireEncoding(Encoding, Width, columns.Count);
        Require(Coefficients.Length == Encoding.Width && Coefficients.All(double.IsFinite) && double.IsFinite(Intercept), "coefficients that do not fit");
        return new TrainedRidgeRegression(columns, Width, Encoding, Coefficients, Intercept);
    }
}
