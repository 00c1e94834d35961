namespace Ballast.Reproductions.CompSum;

/// <summary>How a network of part B was trained.</summary>
internal enum AttackedTraining
{
    /// <summary>Cross-entropy.</summary>
    Standard,

    /// <summary>Cross-entropy at the points of PGD.</summary>
    Pgd,

    /// <summary>TRADES with beta 6.</summary>
    Trades,

    /// <summary>The smooth adversarial comp-sum loss with nu 0.2.</summary>
    Smooth,
}
