using Ballast.Learning.Objectives;

namespace Ballast.Learning.LongTail;

/// <summary>Makes a loss for training data with these rows a class. Losses may carry state: make one for each training.</summary>
/// <param name="counts">n_k rows of each class.</param>
/// <exception cref="ArgumentException">An option or a count is out of range.</exception>
public delegate ClassificationLoss LossFactory(ReadOnlySpan<int> counts);
