namespace Ballast.Core;

/// <summary>Data that cannot be used as given: says where, what was found and what was expected.</summary>
public sealed class DataFormatException : Exception
{
    /// <summary>Makes the exception; its message is one sentence composed from the parts that are given.</summary>
    /// <param name="file">The file or source, as the user named it.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="line">1-based line of a text, where known.</param>
    /// <param name="column">Column name or number, where known.</param>
    /// <param name="inner">The cause, where another library raised it.</param>
    /// <param name="row">1-based data row, the header not counted, where known.</param>
    public DataFormatException(string file, string found, string expected, long? line = null, string? column = null, Exception? inner = null, long? row = null)
        : base(Compose(file, found, expected, line, row, column), inner)
    {
        File = file;
        Line = line;
        Row = row;
        Column = column;
        Found = found;
        Expected = expected;
    }

    /// <summary>The file or source, as the user named it.</summary>
    public string File { get; }

    /// <summary>1-based line of a text, where known.</summary>
    public long? Line { get; }

    /// <summary>1-based data row, where known.</summary>
    public long? Row { get; }

    /// <summary>Column name or number, where known.</summary>
    public string? Column { get; }

    /// <summary>What stands there.</summary>
    public string Found { get; }

    /// <summary>What should stand there.</summary>
    public string Expected { get; }

    private static string Compose(string file, string found, string expected, long? line, long? row, string? column)
    {
        var where = file;
        if (line is not null)
            where += $", line {line}";
        if (row is not null)
            where += $", row {row}";
        if (column is not null)
            where += $", column '{column}'";
        return $"{where}: found {found}; expected {expected}.";
    }
}
