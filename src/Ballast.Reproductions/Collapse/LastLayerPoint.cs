namespace Ballast.Reproductions.Collapse;

/// <summary>The last layer after an epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Accuracy">Share of training samples classified right.</param>
/// <param name="Nc1">Spread within classes against spread between them.</param>
/// <param name="Correlation">Of the classifier rows' norms with log n_k over classes.</param>
internal sealed record LastLayerPoint(int Epoch, double Accuracy, double Nc1, double Correlation);
