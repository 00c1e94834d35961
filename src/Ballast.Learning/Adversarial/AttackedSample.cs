namespace Ballast.Learning.Adversarial;

/// <summary>What became of one sample.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class it is taken for as it is.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="BrokenBy">Position of the attack that broke it first; null where none did.</param>
/// <param name="Attacked">The class it is taken for at the breaking point, or at the worst point of the last attack; that of <paramref name="Predicted"/> where it was not attacked.</param>
/// <param name="CleanMargin">Score of its class minus the best other, as it is.</param>
/// <param name="AttackedMargin">The least such margin at the points that attacks ended in; at most <paramref name="CleanMargin"/>.</param>
public readonly record struct AttackedSample(int Label, int Predicted, AttackOutcome Outcome, int? BrokenBy, int Attacked, double CleanMargin, double AttackedMargin);
