namespace Ballast.Evaluation.Slices.Language;

/// <summary>An attribute that a model may lean on in one class.</summary>
/// <param name="Attribute">Its name.</param>
/// <param name="End">Whether right or wrong rows have it.</param>
/// <param name="Prompts">Up to five short sentences that express it.</param>
/// <param name="Direct">What the texts of the class's rows say; null where texts do not belong to rows or do not name the attribute.</param>
public sealed record SliceHypothesis(string Attribute, HypothesisEnd End, IReadOnlyList<string> Prompts, DirectEvidence? Direct = null);

/// <summary>How the errors of a class's rows go with a phrase in their texts.</summary>
/// <param name="RowsWith">Rows whose text has the phrase.</param>
/// <param name="ErrorsWith">Errors among them.</param>
/// <param name="RowsWithout">Other rows.</param>
/// <param name="ErrorsWithout">Errors among them.</param>
/// <param name="PValue">Two-sided Fisher.</param>
/// <param name="AdjustedPValue">After Benjamini and Hochberg over the class's candidates.</param>
public sealed record DirectEvidence(int RowsWith, int ErrorsWith, int RowsWithout, int ErrorsWithout, double PValue, double AdjustedPValue)
{
    /// <summary>High where rows with the phrase err less, else low.</summary>
    public HypothesisEnd End => (long)ErrorsWith * RowsWithout < (long)ErrorsWithout * RowsWith ? HypothesisEnd.High : HypothesisEnd.Low;

    /// <summary>Error rate with the phrase over that of the whole class; NaN where no row has it or none errs.</summary>
    public double Lift => (double)ErrorsWith / RowsWith / ((ErrorsWith + ErrorsWithout) / (double)(RowsWith + RowsWithout));
}
