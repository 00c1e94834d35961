using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Verification;
using static TorchSharp.torch;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>An ONNX file's network as it was read against ONNX Runtime: a proof about a network that computes otherwise is worth nothing.</summary>
internal static class OnnxAgreement
{
    private const int Compared = 50;
    private const double Agreement = 1e-4;

    /// <summary>Compares scores on the first samples; where the file ends with a softmax, scores come out of it as probabilities, and their order is compared.</summary>
    /// <exception cref="DataFormatException">They differ.</exception>
    public static void Require(string path, BoundedNetwork network, AttackSubject subject, CancellationToken cancellation)
    {
        if (!path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return;
        using var reference = OnnxReference.Open(path);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (data, pairs) = (subject.Data, new List<(double[] Ours, float[] Theirs)>());
        for (var i = 0; i < Math.Min(Compared, data.Count); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var sample = subject.Normalizations.Aggregate(tensor(data.Row(i).ToArray()).to(float64).reshape([1, .. network.InputShape]), NormalizedModel.Normalize);
            pairs.Add((network.Forward(sample).data<double>().ToArray(), reference.Run(sample.to(float32).contiguous().data<float>().ToArray())));
        }
        // Of all samples together: a score near 0 is a difference of numbers that are not.
        var scale = pairs.SelectMany(pair => pair.Theirs).Select(Math.Abs).DefaultIfEmpty().Max() + 1e-3;
        foreach (var (i, (ours, theirs)) in pairs.Index())
            if (theirs.Length != ours.Length || !(AreClose(ours, theirs, scale) || HaveOneOrder(ours, theirs)))
                throw new DataFormatException(path, $"a network that computes otherwise in ONNX Runtime than as it was read ({subject.Kind} {subject.NameOf(i)})", $"scores that agree to within {Agreement}");
    }

    private static bool AreClose(double[] ours, float[] theirs, double scale) => Enumerable.Range(0, ours.Length).All(k => Math.Abs(ours[k] - theirs[k]) <= Agreement * scale);

    // Logarithms of probabilities differ as scores do, where they are not rounded away.
    private static bool HaveOneOrder(double[] ours, float[] theirs)
    {
        var isProbability = theirs.All(value => value is >= 0 and <= 1) && Math.Abs(theirs.Sum() - 1) < 1e-3;
        var logs = Array.ConvertAll(theirs, value => isProbability ? Math.Log(value) : value);
        var (top, scale) = (Array.IndexOf(ours, ours.Max()), ours.Max(Math.Abs) + 1);
        return (isProbability || Math.Abs(logs.Sum(Math.Exp) - 1) < 1e-3)
            && Enumerable.Range(0, ours.Length).All(k => (isProbability && theirs[k] < 1e-20) || Math.Abs(ours[top] - ours[k] - (logs[top] - logs[k])) <= 10 * Agreement * scale);
    }
}
