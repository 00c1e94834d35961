namespace Ballast.Tests.Learning.Training;

/// <summary>What of a batch an objective claims to honour.</summary>
[Flags]
internal enum Honoured
{
    Nothing = 0,
    Weights = 1,
    Mixing = 2,
}
