using Ballast.Generalization.Collapse;

namespace Ballast.Reproductions.Collapse;

/// <summary>One trained model problem against its prediction.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">Steps of training.</param>
/// <param name="Loss">The objective at the end.</param>
/// <param name="LossGap">Loss minus the predicted minimum.</param>
/// <param name="NormError">Largest difference of a squared row norm or squared class-mean norm from its prediction.</param>
/// <param name="OffDiagonal">Largest inner product of two class means.</param>
/// <param name="Nc1">Spread within classes.</param>
/// <param name="Nc2H">Distance of the class means from the predicted frame.</param>
internal sealed record FrameRun(int Seed, int Steps, double Loss, double LossGap, double NormError, double OffDiagonal, double Nc1, double Nc2H)
{
    public bool Meets => Math.Abs(LossGap) < 1e-8 && NormError < 1e-4 && OffDiagonal < 1e-4 && Nc1 < 1e-8 && Nc2H < 1e-4;

    public static FrameRun Of(int seed, int steps, UnconstrainedFeatures trained, GofPrediction prediction)
    {
        var report = trained.Measure(CollapseTarget.Gof(prediction));
        var gram = trained.ClassMeanGram();
        var (classes, normError, offDiagonal) = (prediction.Classes.Count, 0.0, 0.0);
        for (var k = 0; k < classes; k++)
        {
            var row = System.Numerics.Tensors.TensorPrimitives.SumOfSquares(trained.Classifier.Row(k));
            normError = Math.Max(normError, Math.Abs(row - prediction.Classes[k].ClassifierSquaredNorm!.Value));
            normError = Math.Max(normError, Math.Abs(gram[k, k] - prediction.Classes[k].FeatureSquaredNorm!.Value));
            for (var j = 0; j < k; j++)
                offDiagonal = Math.Max(offDiagonal, Math.Abs(gram[k, j]));
        }
        return new FrameRun(seed, steps, trained.Loss, trained.Loss - prediction.OptimalLoss, normError, offDiagonal, report.Nc1 ?? double.NaN, report.Nc2H ?? double.NaN);
    }
}
