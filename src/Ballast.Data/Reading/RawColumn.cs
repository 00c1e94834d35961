namespace Ballast.Data.Reading;

/// <summary>A column before its kind is known.</summary>
internal sealed class RawColumn
{
    public RawColumn(string name, int[] codes, string[] texts, int[] fileRows)
    {
        (Name, Codes, Texts, FileRows) = (name, codes, texts, fileRows);
        Counts = new int[texts.Length];
        foreach (var code in codes)
            if (code >= 0)
            {
                Counts[code]++;
                Present++;
            }
    }

    public string Name { get; }

    /// <summary>A code a row, -1 where missing.</summary>
    public int[] Codes { get; }

    /// <summary>The distinct texts.</summary>
    public string[] Texts { get; }

    /// <summary>Rows of each distinct text.</summary>
    public int[] Counts { get; }

    /// <summary>0-based row of the file for each row.</summary>
    public int[] FileRows { get; }

    /// <summary>Rows with a value.</summary>
    public int Present { get; }

    /// <summary>1-based data rows whose value is one of <paramref name="codes"/>, as a user reads them: the first few and how many more.</summary>
    public string RowsOf(IReadOnlyCollection<int> codes)
    {
        var wanted = codes.ToHashSet();
        var rows = new List<string>();
        for (var i = 0; i < Codes.Length; i++)
            if (wanted.Contains(Codes[i]))
                rows.Add((FileRows[i] + 1).ToString());
        return (rows.Count == 1 ? "row " : "rows ") + RecordSource.ListOf(rows);
    }
}
