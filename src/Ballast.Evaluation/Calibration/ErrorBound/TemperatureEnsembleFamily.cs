using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Mixtures of m temperatures; they start spread from a quarter to four times 1 / T of temperature scaling, most weight near it.</summary>
/// <remarks>The authors start at random; a spread start needs no luck and few steps.</remarks>
internal sealed class TemperatureEnsembleFamily : MapFamily
{
    private const double Spread = 1.3862943611198906; // ln 4

    private readonly int count;

    public TemperatureEnsembleFamily(int temperatures, double inverseTemperature)
    {
        count = temperatures;
        Start = new double[2 * count];
        for (var t = 0; t < count; t++)
        {
            var place = count == 1 ? 0 : 2.0 * t / (count - 1) - 1;
            Start[t] = inverseTemperature * Math.Exp(Spread * place);
            Start[count + t] = Math.Exp(-8 * place * place);
        }
    }

    public override double[] Start { get; }

    public override BoundMap Bind(double[] logProbabilities, int classes) => new Bound(count, logProbabilities, classes);

    public override LogitMap ToMap(double[] parameters) =>
        new TemperatureEnsembleMap(Array.ConvertAll(parameters[..count], Math.Abs), Array.ConvertAll(parameters[count..], Math.Abs));

    private sealed class Bound(int count, double[] logs, int classes) : BoundMap
    {
        private readonly double[][] parts = [.. Enumerable.Range(0, count).Select(_ => new double[logs.Length])];

        public override void Forward(double[] parameters, double[] probabilities)
        {
            var shares = TemperatureEnsembleMap.Shares(parameters.AsSpan(count));
            Parallel.For(0, count, t =>
            {
                TensorPrimitives.Multiply(logs, Math.Abs(parameters[t]), parts[t]);
                RowSoftmax.Apply(parts[t], classes);
            });
            Array.Clear(probabilities);
            for (var t = 0; t < count; t++)
                TensorPrimitives.MultiplyAdd<double>(parts[t], shares[t], probabilities, probabilities);
        }

        public override void Backward(double[] parameters, double[] probabilities, double[] slopes, double[] gradient)
        {
            var shares = TemperatureEnsembleMap.Shares(parameters.AsSpan(count));
            var inWeights = new double[count];
            Parallel.For(0, count, t =>
            {
                var part = parts[t];
                inWeights[t] = TensorPrimitives.Dot<double>(part, slopes);
                var inInverse = 0.0;
                for (var start = 0; start < part.Length; start += classes)
                {
                    var (mean, product, both) = (0.0, 0.0, 0.0);
                    for (var i = start; i < start + classes; i++)
                    {
                        mean += part[i] * logs[i];
                        product += part[i] * slopes[i];
                        both += part[i] * slopes[i] * logs[i];
                    }
                    inInverse += both - product * mean;
                }
                gradient[t] = shares[t] * inInverse * (parameters[t] < 0 ? -1 : 1);
            });
            var (total, average) = (TensorPrimitives.SumOfMagnitudes<double>(parameters.AsSpan(count)), TensorPrimitives.Dot<double>(shares, inWeights));
            for (var t = 0; t < count; t++)
                gradient[count + t] = (inWeights[t] - average) / total * (parameters[count + t] < 0 ? -1 : 1);
        }
    }
}
