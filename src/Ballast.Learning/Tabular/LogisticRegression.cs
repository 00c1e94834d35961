using Ballast.Core;
using Ballast.Numerics.Optimization;

namespace Ballast.Learning.Tabular;

/// <summary>Settings of <see cref="LogisticRegression"/>.</summary>
public sealed record LogisticRegressionOptions
{
    /// <summary>Inverse strength of the L2 penalty. Above 0.</summary>
    public double C { get; init => field = Guard.Positive(value); } = 1;

    /// <summary>How much each class counts.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Whether numeric features are brought to mean 0 and deviation 1 first, so that the penalty is fair to all. Default yes; no for features that share one unit.</summary>
    public bool Standardise { get; init; } = true;

    /// <summary>Steps of the optimiser at most; far more than a standardised table needs.</summary>
    public int MaximumIterations { get; init => field = Guard.Positive(value); } = 1000;
}

/// <summary>Logistic regression with an L2 penalty: binary for two classes, multinomial for more.</summary>
/// <remarks>
/// Minimises sum_i w_i (-log p(y_i | x_i)) + |W|^2 / (2C) over the coefficients W and unpenalised intercepts, on the columns of a
/// <see cref="DesignEncoding"/>: one vector of coefficients for two classes, one a class (softmax) for more, as scikit-learn does. The minimum is unique
/// and needs no seed; whole-number weights equal repeated rows. Newton's method finds it in about ten steps of O(n p^2 K^2) where p K stays
/// below a thousand; L-BFGS, at O(n p K) a step, serves wider tables.
/// </remarks>
public sealed class LogisticRegression(LogisticRegressionOptions? options = null) : IClassifier
{
    private const int LargestHessian = 1000;

    /// <summary>The settings.</summary>
    public LogisticRegressionOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => "logistic regression";

    /// <inheritdoc/>
    public ITrainedClassifier Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var classes = TrainingClasses.Of(train, Options.ClassWeights);
        var rows = classes.Rows.Length == train.Count ? train : train.Select(classes.Rows);
        var weights = Array.ConvertAll(classes.Rows, classes.Weight);
        var labels = Array.ConvertAll(classes.Rows, row => classes.Compact(train.Labels.Span[row]));
        var encoding = DesignEncoding.Learn(rows, weights);
        if (!Options.Standardise)
            encoding = encoding with { Numerics = [.. encoding.Numerics.Select(numeric => numeric with { Mean = 0, Scale = 1 })] };
        var loss = new LogisticLoss(encoding.Apply(rows), labels, weights, classes.Present.Length, Options.C);

        var coefficients = loss.Start(classes.Shares);
        // The penalty makes the function 1/C-strongly convex in W, so this tolerance puts W within 1e-5 of the minimum,
        // unless the table is so large that rounding of the sums comes first.
        var tolerance = Math.Max(1e-5 / Options.C, 1e-11 * weights.Sum(weight => (double)weight));
        var converged = loss.Size <= LargestHessian
            ? Newton.Minimize(loss.Evaluate, loss.Hessian, coefficients, tolerance, Options.MaximumIterations, cancellation)
            : Lbfgs.Minimize(loss.Evaluate, coefficients, tolerance, Options.MaximumIterations, cancellation, loss.Preconditioner(classes.Shares));
        return new TrainedLogisticRegression(train.ClassNames, train.Columns, train.Width, classes.Present, encoding, coefficients) { Converged = converged };
    }
}

/// <summary>Logistic regression that predicts classes.</summary>
public sealed class TrainedLogisticRegression : ITrainedClassifier
{
    private readonly int[] present;
    private readonly double[] coefficients;

    internal TrainedLogisticRegression(
        IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, int width, int[] present, DesignEncoding encoding, double[] coefficients) =>
        (ClassNames, Columns, Width, this.present, Encoding, this.coefficients) = (classNames, columns, width, present, encoding, coefficients);

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>From features to matrix columns.</summary>
    public DesignEncoding Encoding { get; }

    /// <summary>
    /// p coefficients and then the intercept, for each output in turn: one output (the log-odds of the second class) for two classes, one a class for more.
    /// Classes without training rows have none.
    /// </summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>Whether the optimiser reached the minimum before its iterations were up.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>Features d of the training set.</summary>
    internal int Width { get; }

    internal ReadOnlySpan<int> Present => present;

    /// <inheritdoc/>
    public Predictions Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        var compact = LogisticLoss.Probabilities(Encoding.Apply(data), coefficients, present.Length);
        return new Predictions(TrainingClasses.Spread(compact, present, ClassNames.Count), ClassNames.Count, data.RowIds);
    }
}
