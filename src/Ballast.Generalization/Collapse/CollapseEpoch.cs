namespace Ballast.Generalization.Collapse;

/// <summary>A network's last layer at the end of one epoch of its training.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Accuracy">Share of the training samples that are classified right, in [0, 1].</param>
/// <param name="Report">The measurement.</param>
public sealed record CollapseEpoch(int Epoch, double Accuracy, CollapseReport Report);
