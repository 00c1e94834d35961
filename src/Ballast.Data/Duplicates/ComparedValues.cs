using System.Text;
using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>A column as codes that are equal exactly where its values count as equal.</summary>
internal static class ComparedValues
{
    /// <summary>Numbers by value ("1.0" equals "1"), everything else to the letter; missing is a value.</summary>
    public static int[] Exact(TableColumn column) => Recode(column, text => text);

    /// <summary>As <see cref="Exact"/>, but texts without outer blanks, in one case, inner blanks collapsed.</summary>
    public static int[] Folded(TableColumn column) => Recode(column, Fold);

    private static int[] Recode(TableColumn column, Func<string, string> key)
    {
        var byNumber = new Dictionary<double, int>();
        var byText = new Dictionary<string, int>(StringComparer.Ordinal);
        var codeOf = new int[column.DistinctCount];
        var next = 0;
        for (var c = 0; c < codeOf.Length; c++)
        {
            var number = column.Numbers[c];
            codeOf[c] = !double.IsNaN(number)
                ? byNumber.TryGetValue(number, out var known) ? known : byNumber[number] = next++
                : byText.TryGetValue(key(column.Texts[c]), out var same) ? same : byText[key(column.Texts[c])] = next++;
        }
        var codes = new int[column.Count];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = column.IsMissing(i) ? TableColumn.Missing : codeOf[column.Codes[i]];
        return codes;
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in text.AsSpan().Trim())
            if (!char.IsWhiteSpace(character))
                folded.Append(char.ToUpperInvariant(character));
            else if (folded.Length > 0 && folded[^1] != ' ')
                folded.Append(' ');
        return folded.ToString();
    }
}
