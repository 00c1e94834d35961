namespace Ballast.Reproductions.Srat;

/// <summary>One training and what it gave: accuracies as means over the five frequent and the five rare classes.</summary>
/// <param name="Training">How it was trained.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="CleanFrequent">Accuracy of frequent classes.</param>
/// <param name="CleanRare">Accuracy of rare classes.</param>
/// <param name="RobustFrequent">Accuracy of frequent classes under PGD.</param>
/// <param name="RobustRare">Accuracy of rare classes under PGD.</param>
/// <param name="Separability">S of the attacked test rows' features.</param>
internal sealed record SratRun(SratTraining Training, int Seed, double CleanFrequent, double CleanRare, double RobustFrequent, double RobustRare, double Separability);
