namespace Ballast.Evaluation.Slices.Language;

/// <summary>Words of a text: runs of a-z and 0-9 after lowering.</summary>
internal static class Words
{
    public static IEnumerable<string> Of(string text)
    {
        var lower = text.ToLowerInvariant();
        for (int i = 0, start = -1; i <= lower.Length; i++)
        {
            var inside = i < lower.Length && char.IsAsciiLetterOrDigit(lower[i]);
            if (inside && start < 0)
                start = i;
            if (!inside && start >= 0)
            {
                yield return lower[start..i];
                start = -1;
            }
        }
    }
}
