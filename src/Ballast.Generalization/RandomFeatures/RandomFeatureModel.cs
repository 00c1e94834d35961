using System.Numerics.Tensors;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>A fitted random-feature network f(x) = beta_0 + sum of beta_j sigma(a_j . x - b_j), for one output or several.</summary>
public sealed class RandomFeatureModel
{
    private readonly double[] beta;          // [p, k]
    private readonly bool hasIntercept;

    internal RandomFeatureModel(RandomUnits units, double[] beta, int outputs, bool hasIntercept, double residualNorm, double[] singularValues, double cutoff)
    {
        (Units, this.beta, Outputs, this.hasIntercept, ResidualNorm, SingularValues) = (units, beta, outputs, hasIntercept, residualNorm, singularValues);
        var kept = singularValues.Where(value => value > cutoff * singularValues[0]).DefaultIfEmpty(singularValues[0]);
        ConditionNumber = singularValues[0] / kept.Min();
    }

    /// <summary>The frozen units.</summary>
    public RandomUnits Units { get; }

    /// <summary>Outputs k.</summary>
    public int Outputs { get; }

    /// <summary>beta, [p, k]; row 0 is the intercept where there is one.</summary>
    public ReadOnlySpan<double> Coefficients => beta;

    /// <summary>Sum of |beta_j|, the intercept left out. Where it explodes, the range of the weights is too small for the target.</summary>
    public double CoefficientL1 => TensorPrimitives.SumOfMagnitudes<double>(beta.AsSpan(hasIntercept ? Outputs : 0));

    /// <summary>|H beta - y| on the training rows.</summary>
    public double ResidualNorm { get; }

    /// <summary>All singular values of H, falling.</summary>
    public IReadOnlyList<double> SingularValues { get; }

    /// <summary>Largest singular value over the smallest that was kept.</summary>
    public double ConditionNumber { get; }

    /// <summary>f at rows [n, d]: [n, k].</summary>
    /// <exception cref="ArgumentException">Rows are of another width.</exception>
    public double[] Predict(ReadOnlySpan<double> x)
    {
        if (x.Length % Units.Width != 0)
            throw new ArgumentException($"{x.Length} numbers are no rows of {Units.Width}.", nameof(x));
        var hidden = Units.Hidden(x);
        var (rows, first) = (x.Length / Units.Width, hasIntercept ? 1 : 0);
        var y = new double[rows * Outputs];
        for (var i = 0; i < rows; i++)
            for (var k = 0; k < Outputs; k++)
            {
                var sum = hasIntercept ? beta[k] : 0;
                for (var j = 0; j < Units.Count; j++)
                    sum += hidden[i * Units.Count + j] * beta[(j + first) * Outputs + k];
                y[i * Outputs + k] = sum;
            }
        return y;
    }

    /// <summary>The largest output's index at rows [n, d], for a model of one-hot targets.</summary>
    public int[] PredictClasses(ReadOnlySpan<double> x)
    {
        var scores = Predict(x);
        return [.. Enumerable.Range(0, scores.Length / Outputs).Select(i => TensorPrimitives.IndexOfMax<double>(scores.AsSpan(i * Outputs, Outputs)))];
    }

    /// <summary>The model as a network of single precision: linear, activation, linear.</summary>
    public NetworkGraph ToGraph()
    {
        var (graph, first) = (new NetworkGraphBuilder(), hasIntercept ? 1 : 0);
        var z = graph.Linear("units", graph.Input("x", [Units.Width]), new GraphTensor("units.weight", [Units.Count, Units.Width], Singles(Units.Weights)), new GraphTensor("units.bias", [Units.Count], Singles(Units.Biases, -1)));
        var h = Units.Activation switch
        {
            FeatureActivation.Sigmoid => graph.Sigmoid(z),
            FeatureActivation.Tanh => graph.Tanh(z),
            FeatureActivation.Relu => graph.Relu(z),
            FeatureActivation.Sine => graph.Apply(new UnaryOperator(UnaryFunction.Sine), null, z),
            _ => graph.Apply(new UnaryOperator(UnaryFunction.Exponential), null, graph.Scale(graph.Multiply(z, z), -0.5f)),
        };
        var weight = new float[Outputs * Units.Count];
        for (var k = 0; k < Outputs; k++)
            for (var j = 0; j < Units.Count; j++)
                weight[k * Units.Count + j] = (float)beta[(j + first) * Outputs + k];
        var bias = hasIntercept ? new GraphTensor("head.bias", [Outputs], Singles(beta.AsSpan(0, Outputs))) : null;
        graph.Output("y", graph.Linear("head", h, new GraphTensor("head.weight", [Outputs, Units.Count], weight), bias));
        return graph.Build();
    }

    private static float[] Singles(ReadOnlySpan<double> values, double factor = 1)
    {
        var singles = new float[values.Length];
        for (var i = 0; i < singles.Length; i++)
            singles[i] = (float)(factor * values[i]);
        return singles;
    }
}
