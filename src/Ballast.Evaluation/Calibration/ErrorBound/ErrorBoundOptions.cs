using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>What the error-bounded objective is made of; the defaults are the authors'.</summary>
public sealed record ErrorBoundOptions
{
    /// <summary>M, even: a window holds M + 1 events. 200 by default; where M exceeds a quarter of the events it falls to the largest even number that does not.</summary>
    public int Window
    {
        get;
        init => field = Guard.NotNegative(value, nameof(Window)) % 2 == 0 ? value : throw new ArgumentOutOfRangeException(nameof(Window), value, "Window must be even.");
    } = 200;

    /// <summary>The error that is allowed, at least 0; 1e-20 by default, in effect none.</summary>
    public double Epsilon { get; init => field = Guard.NotNegative(value, nameof(Epsilon)); } = 1e-20;

    /// <summary>How the errors of the windows become one number.</summary>
    public EventAggregation Aggregation { get; init; }

    /// <summary>Which rows it is taken on.</summary>
    public ClassesLeftOut LeftOut { get; init; }
}
