using System.Globalization;
using System.Text.Json;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Regression;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Regression;

public sealed class ConRGoldenTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> LossFiles => GoldenFiles.Matching("conr-loss*.json");

    public static TheoryData<string> OtherFiles => GoldenFiles.Matching("conr-lds-ranksim-bmc*.json");

    [Theory]
    [MemberData(nameof(LossFiles))]
    public void Loss_gradient_and_pairs_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var tolerance = document.RootElement.GetProperty("tolerance");
        foreach (var (index, item) in document.RootElement.GetProperty("cases").EnumerateArray().Index())
        {
            var (inputs, expected) = (item.GetProperty("inputs"), item.GetProperty("expected"));
            double Number(string name) => inputs.GetProperty(name).GetDouble();
            var (labels, predictions) = (GoldenJson.Tensor(inputs.GetProperty("labels")).unsqueeze(1), GoldenJson.Tensor(inputs.GetProperty("preds")).unsqueeze(1));
            foreach (var form in new[] { "reference_compatible", "clean" })
            {
                var features = GoldenJson.Tensor(inputs.GetProperty("features")).requires_grad_();
                var conr = new ConRLoss(Number("window"), Number("temperature"), Number("pushing"), referenceCompatible: form != "clean");

                var loss = conr.Forward(features, labels, predictions, GoldenJson.Tensor(inputs.GetProperty("weights")));
                loss.backward();

                var allowed = tolerance.GetProperty(form).GetDouble();
                GoldenJson.Close(expected.GetProperty(form).GetProperty("loss"), loss, allowed, $"case {index}, {form}");
                GoldenJson.Close(expected.GetProperty(form).GetProperty("grad"), features.grad!, allowed, $"case {index}, {form} gradient");
                var (positive, negative) = conr.Pairs(labels, predictions);
                GoldenJson.Close(expected.GetProperty("n_positive"), positive.sum(1), 0, "positives");
                GoldenJson.Close(expected.GetProperty("n_negative"), negative.sum(1), 0, "negatives");
            }
        }
    }

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Kernels_and_label_smoothing_agree_with_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"));
        var labels = GoldenJson.Doubles(inputs.GetProperty("lds_labels"));
        foreach (var kernel in expected.GetProperty("kernels").EnumerateObject())
            GoldenJson.Close(GoldenJson.Doubles(kernel.Value), Kernel(kernel.Name.Split('_')).Values, Tolerance, kernel.Name);
        foreach (var weights in expected.GetProperty("lds_weights").EnumerateObject())
        {
            var isInverse = weights.Name.StartsWith("inverse_", StringComparison.Ordinal);
            var options = new LdsOptions
            {
                Bins = new LabelBins(0, 1, inputs.GetProperty("max_target").GetInt32()),
                Reweighting = isInverse ? LdsReweighting.Inverse : LdsReweighting.SquareRootInverse,
                Kernel = Kernel(weights.Name[(isInverse ? "inverse_" : "sqrt_inv_").Length..].Split('_')),
            };

            GoldenJson.Close(GoldenJson.Doubles(weights.Value), LabelDistributionSmoothing.Weights(labels, options), Tolerance, weights.Name);
        }
    }

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Rank_similarity_and_balanced_errors_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"));
        var labels = GoldenJson.Tensor(inputs.GetProperty("labels")).unsqueeze(1);
        var features = GoldenJson.Tensor(inputs.GetProperty("features")).requires_grad_();
        var predictions = GoldenJson.Tensor(inputs.GetProperty("preds")).reshape(-1, 1).requires_grad_();
        var variance = inputs.GetProperty("noise_variance").GetDouble();
        double[] Part(string of, string name) => GoldenJson.Doubles(inputs.GetProperty(of).GetProperty(name));

        var ranks = new RankSimLoss(inputs.GetProperty("ranksim_lambda").GetDouble()).Forward(features, labels, predictions);
        ranks.backward();
        var batchBased = BalancedMseLoss.Bmc(variance).Forward(predictions, labels);
        batchBased.backward();
        var mixture = BalancedMseLoss.Gai(new GaussianMixture(Part("gmm", "weights"), Part("gmm", "means"), Part("gmm", "variances")), variance).Forward(predictions, labels);
        var binned = BalancedMseLoss.Bni(GoldenJson.Doubles(inputs.GetProperty("bucket_centers")), GoldenJson.Doubles(inputs.GetProperty("bucket_weights")), variance).Forward(predictions, labels);

        GoldenJson.Close(expected.GetProperty("ranksim").GetProperty("loss"), ranks, Tolerance, "RankSim");
        GoldenJson.Close(expected.GetProperty("ranksim").GetProperty("grad"), features.grad!, Tolerance, "RankSim gradient");
        GoldenJson.Close(expected.GetProperty("bmc").GetProperty("loss"), batchBased, Tolerance, "BMC");
        GoldenJson.Close(expected.GetProperty("bmc").GetProperty("grad"), predictions.grad!, Tolerance, "BMC gradient");
        GoldenJson.Close(expected.GetProperty("gai"), mixture, Tolerance, "GAI");
        GoldenJson.Close(expected.GetProperty("bni"), binned, Tolerance, "BNI");
    }

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Feature_smoothing_agrees_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var fds = document.RootElement.GetProperty("fds");
        var options = new FdsOptions(LabelBins.Whole(fds.GetProperty("first_bin").GetInt32(), fds.GetProperty("last_bin").GetInt32()))
        {
            Kernel = Kernel([fds.GetProperty("kernel").GetString()!, $"{fds.GetProperty("ks").GetInt32()}", $"{fds.GetProperty("sigma").GetDouble()}"]),
            Momentum = fds.GetProperty("momentum").GetDouble(),
        };
        using var smoothing = new FeatureDistributionSmoothing(fds.GetProperty("batch_features")[0].GetArrayLength(), options, float64);

        foreach (var epoch in fds.GetProperty("epochs").EnumerateArray())
        {
            smoothing.UpdateEpoch(GoldenJson.Tensor(epoch.GetProperty("features")), GoldenJson.Tensor(epoch.GetProperty("labels")));
            GoldenJson.Close(epoch.GetProperty("running_mean"), smoothing.RunningMean, Tolerance, "running mean");
            GoldenJson.Close(epoch.GetProperty("running_var"), smoothing.RunningVariance, Tolerance, "running variance");
        }
        var batch = smoothing.Smooth(GoldenJson.Tensor(fds.GetProperty("batch_features")), GoldenJson.Tensor(fds.GetProperty("batch_labels")));

        GoldenJson.Close(fds.GetProperty("smoothed_mean"), smoothing.SmoothedMean, Tolerance, "smoothed mean");
        GoldenJson.Close(fds.GetProperty("smoothed_var"), smoothing.SmoothedVariance, Tolerance, "smoothed variance");
        GoldenJson.Close(fds.GetProperty("batch_output"), batch, Tolerance, "batch");
    }

    private static SmoothingKernel Kernel(string[] parts) => new(
        parts[0] switch { "gaussian" => KernelShape.Gaussian, "triang" => KernelShape.Triangular, "laplace" => KernelShape.Laplace, var other => throw new InvalidOperationException(other) },
        int.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? double.Parse(parts[2], CultureInfo.InvariantCulture) : 1);
}
