namespace Ballast.Generalization.Collapse;

/// <summary>The geometry that a last layer is compared with.</summary>
public sealed class CollapseTarget
{
    private readonly GofPrediction? prediction;

    private CollapseTarget(string name, GofPrediction? prediction = null, bool simplex = false) => (Name, this.prediction, IsSimplex) = (name, prediction, simplex);

    /// <summary>Simplex equiangular tight frame, I - 11^T/K: balanced classes with a bias, or cross-entropy. Class means are centred.</summary>
    public static CollapseTarget Etf { get; } = new("simplex frame", simplex: true);

    /// <summary>Orthogonal frame, I: balanced classes without bias. Class means are not centred.</summary>
    public static CollapseTarget Of { get; } = new("orthogonal frame");

    /// <summary>General orthogonal frame: diagonal, with the lengths that <see cref="NeuralCollapse.Predict"/> gives. Class means are not centred.</summary>
    /// <exception cref="ArgumentException">A class is undetermined.</exception>
    public static CollapseTarget Gof(GofPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.Classes.Any(predicted => predicted.Fate == ClassFate.Undetermined))
            throw new ArgumentException("Classes of equal size compete for the last directions of the network: there is no one frame to compare with.", nameof(prediction));
        return new CollapseTarget("general orthogonal frame", prediction);
    }

    /// <summary>What the geometry is called.</summary>
    public string Name { get; }

    /// <summary>Whether this is the simplex frame, for which class means are centred.</summary>
    internal bool IsSimplex { get; }

    internal void CheckClasses(int classes)
    {
        if (prediction is { Classes.Count: var predicted } && predicted != classes)
            throw new ArgumentException($"The prediction is for {predicted} classes, but the layer has {classes}.");
    }

    /// <summary>What W W^T should be, up to a factor; [K, K].</summary>
    internal double[,] Classifier(int classes) => Frame(classes, k => prediction!.Classes[k].ClassifierSquaredNorm!.Value);

    /// <summary>What the Gram matrix of the class means should be, up to a factor.</summary>
    internal double[,] Features(int classes) => Frame(classes, k => prediction!.Classes[k].FeatureSquaredNorm!.Value);

    /// <summary>What W times the class means should be, up to a factor.</summary>
    internal double[,] Scores(int classes) => Frame(classes, k => prediction!.Classes[k].DiagonalLogit!.Value);

    private double[,] Frame(int classes, Func<int, double> diagonal)
    {
        var frame = new double[classes, classes];
        for (var i = 0; i < classes; i++)
            for (var j = 0; j < classes; j++)
                frame[i, j] = (i == j ? prediction is null ? 1 : diagonal(i) : 0) - (IsSimplex ? 1.0 / classes : 0);
        return frame;
    }
}
