using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>The acceptance experiment of one method: what its paper claims, measured here.</summary>
public interface IReproduction
{
    /// <summary>The method's slug, as in the catalogue.</summary>
    string Slug { get; }

    /// <summary>Runs the experiment and says of every claim whether it holds. Takes at most two minutes on two cores.</summary>
    IReadOnlyList<ClaimResult> Run(ReproductionContext context);
}

/// <summary>What an experiment is given.</summary>
/// <param name="Seed">First seed; further ones follow from it.</param>
/// <param name="DataFolder">Folder of real data (tables/, label-errors/, ...); null when there is none.</param>
/// <param name="Progress">Told of each stage; may be null.</param>
/// <param name="Cancellation">Stops the experiment.</param>
public sealed record ReproductionContext(int Seed, string? DataFolder, IProgress<ProgressUpdate>? Progress, CancellationToken Cancellation);

/// <summary>How a claim came out.</summary>
public enum ClaimOutcome
{
    /// <summary>Measured, and it holds.</summary>
    Holds,

    /// <summary>Measured, and it does not hold.</summary>
    DoesNotHold,

    /// <summary>Reported without a promise.</summary>
    Reported,

    /// <summary>Could not be measured here; the note says why.</summary>
    Skipped,
}

/// <summary>One claim, the paper's figure and ours.</summary>
/// <param name="Claim">The claim as a sentence.</param>
/// <param name="PaperFigure">The figure of the paper or of the specification.</param>
/// <param name="Measured">Our figure with its spread over seeds.</param>
/// <param name="Outcome">Whether it holds.</param>
/// <param name="Note">What a reader must know besides, or why it was skipped.</param>
public sealed record ClaimResult(string Claim, string PaperFigure, string Measured, ClaimOutcome Outcome, string? Note = null);
