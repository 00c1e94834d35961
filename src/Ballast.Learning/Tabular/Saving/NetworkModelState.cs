using Ballast.Core;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>A network of classes; without a network its class shares.</summary>
internal sealed record NetworkModelState(int Width, int[] Present, double[] Shares, NetworkEncoding Encoding, NetworkPart? Network) : ModelState
{
    internal override ITrainedClassifier ToClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        RequirePresent(Present, classNames.Count);
        Require(Shares.Length == Present.Length && Shares.All(share => share is >= 0 and <= 1) && Math.Abs(Shares.Sum() - 1) < 1e-6, "class shares that do not sum to 1");
        return new TrainedNetworkClassifier(classNames, columns, Width, Present, Encoding, NetworkPart.Read(Network, Encoding, Width, columns.Count, Present.Length, parts), Shares);
    }
}

/// <summary>A network of real targets; without a network their mean.</summary>
internal sealed record RegressionNetworkState(int Width, double Mean, double Scale, NetworkEncoding Encoding, NetworkPart? Network) : ModelState
{
    internal override bool IsRegression => true;

    internal override ITrainedRegressor ToRegressor(IReadOnlyList<FeatureColumn> columns, ModelParts parts)
    {
        Require(double.IsFinite(Mean) && double.IsFinite(Scale), "a scale that is not finite");
        return new TrainedNetworkRegressor(columns, Width, Encoding, NetworkPart.Read(Network, Encoding, Width, columns.Count, 1, parts), Mean, Scale);
    }
}
