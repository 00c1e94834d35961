namespace Ballast.Data.LabelErrors;

/// <summary>How the number of label errors is estimated.</summary>
public enum IssueCountMethod
{
    /// <summary>Rows off the diagonal of the uncalibrated confident joint that the model does not assign to the given label.</summary>
    OffDiagonal,

    /// <summary>Rows x share off the diagonal of the calibrated joint; better with fewer than 4 classes.</summary>
    OffDiagonalCalibrated,
}
