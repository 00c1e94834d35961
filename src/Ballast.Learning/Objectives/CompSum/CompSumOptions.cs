using System.Globalization;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>Which comp-sum loss to train with, as a command line or a configuration states it.</summary>
public sealed record CompSumOptions
{
    /// <summary>The member of the family: at least 0; 1 is cross-entropy, about 1.7 forgives mislabelled rows.</summary>
    public double Tau { get; init; } = 1;

    /// <summary>Largest global norm of the gradient that suits this tau: 1 below tau = 1, whose gradients grow without bound; null where no clipping is needed.</summary>
    public double? GradientNorm => Tau < 1 ? 1 : null;

    /// <summary>The loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Tau"/> is negative, NaN or infinite.</exception>
    public CompSumLoss Create() => new(Tau);

    /// <summary>Reads a number, or one of the names <c>sum-exponential</c> (0), <c>cross-entropy</c> (1), <c>gce</c> (1.7, that is q = 0.7) and <c>mae</c> (2).</summary>
    /// <exception cref="ArgumentException">The text is neither, or the number is negative.</exception>
    public static CompSumOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tau = text.Trim() switch
        {
            "sum-exponential" => 0,
            "cross-entropy" => 1,
            "gce" => 1.7,
            "mae" => 2,
            var number when double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) => value,
            _ => throw new ArgumentException($"tau is '{text}'; expected a number of at least 0, or sum-exponential, cross-entropy, gce or mae.", nameof(text)),
        };
        return new CompSumOptions { Tau = tau };
    }
}
