using System.Text;
using Ballast.Reproductions;
using Ballast.Reproductions.Catalogue;

namespace Ballast.Cli.Commands;

/// <summary>What the experiment of one method gave.</summary>
/// <param name="Method">Its entry.</param>
/// <param name="Claims">How each claim came out.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record ReproductionResult(MethodEntry Method, IReadOnlyList<ClaimResult> Claims, double Seconds)
{
    /// <summary>How many claims came out so.</summary>
    public int Count(ClaimOutcome outcome) => Claims.Count(claim => claim.Outcome == outcome);
}

/// <summary>Writes the page of all reproductions in Markdown.</summary>
internal static class ReproductionPage
{
    /// <summary>How the page and the program call an outcome.</summary>
    public static string Words(ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Holds => "holds",
        ClaimOutcome.DoesNotHold => "does not hold",
        ClaimOutcome.Reported => "reported",
        _ => "skipped",
    };

    /// <summary>The whole page.</summary>
    public static string Render(IReadOnlyList<ReproductionResult> results, int seed, string version)
    {
        var page = new StringBuilder("# Reproductions\n\n");
        page.Append($"Written by `ballast reproduce --write` (version {version}, seed {seed}). A claim that does not hold is printed as such; ");
        page.Append("*reported* figures carry no promise.\n");
        foreach (var result in results)
        {
            page.Append($"\n## {result.Method.Slug}\n\n");
            page.Append($"{Text(result.Method.Title)}. {Text(result.Method.Authors)}; {Text(result.Method.Venue)} {result.Method.Year}. Measured in {result.Seconds:0} s.\n\n");
            page.Append("| claim | paper | measured | |\n| --- | --- | --- | --- |\n");
            foreach (var claim in result.Claims)
            {
                var measured = claim.Note is null ? claim.Measured : $"{claim.Measured} ({claim.Note})";
                page.Append($"| {Text(claim.Claim)} | {Text(claim.PaperFigure)} | {Text(measured)} | {Words(claim.Outcome)} |\n");
            }
        }
        return page.ToString();
    }

    // A bar would end the cell, a line break the row, and a tag or an emphasis would be read as markup.
    private static string Text(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
