namespace Ballast.Evaluation.Metrics;

/// <summary>How many training rows a class, or a range of labels, had.</summary>
public enum Shot
{
    /// <summary>Many.</summary>
    Many,

    /// <summary>Between many and few.</summary>
    Medium,

    /// <summary>Few: the tail.</summary>
    Few,
}
