namespace Ballast.Generalization.Collapse;

/// <summary>Whether a last layer has a bias.</summary>
public enum BiasTerm
{
    /// <summary>No bias.</summary>
    None,

    /// <summary>A bias of its own for every class, not regularised.</summary>
    Free,
}
