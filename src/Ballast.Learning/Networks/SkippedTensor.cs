namespace Ballast.Learning.Networks;

/// <summary>A tensor that was given and not loaded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record SkippedTensor(string Name, string Reason);
