namespace Ballast.Data.Reading;

/// <summary>What is to be predicted.</summary>
public enum TaskKind
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>A real number.</summary>
    Regression,
}

/// <summary>The task that a target column implies, with the rule that decided.</summary>
/// <param name="Task">Classification or regression.</param>
/// <param name="Reason">The rule, in a few words for the user.</param>
public sealed record TaskGuess(TaskKind Task, string Reason)
{
    /// <summary>Whole numbers of at most this many different values are classes.</summary>
    public const int MostWholeClasses = 20;

    /// <summary>The rule: texts and booleans are classes; dates are amounts; at most <see cref="MostWholeClasses"/> different whole numbers, each
    /// met twice or more on average, are classes; all other numbers are amounts.</summary>
    public static TaskGuess For(TableColumn target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Kind == ColumnKind.Date)
            return new TaskGuess(TaskKind.Regression, $"'{target.Name}' holds dates");
        var (numbers, distinct) = (0, target.DistinctCount);
        var values = new HashSet<double>();
        var whole = true;
        foreach (var number in target.Numbers)
            if (!double.IsNaN(number))
            {
                numbers++;
                // One more than can be classes is enough to know.
                if (values.Count <= MostWholeClasses)
                    values.Add(number);
                whole &= number == Math.Floor(number);
            }
        if (target.Kind is ColumnKind.Boolean or ColumnKind.Categorical or ColumnKind.Text || numbers == 0)
            return new TaskGuess(TaskKind.Classification, $"'{target.Name}' holds {distinct:N0} different texts");
        if (!whole)
            return new TaskGuess(TaskKind.Regression, $"'{target.Name}' holds numbers that are not whole");
        // 1 and 1.0 are one class.
        if (values.Count <= MostWholeClasses)
            distinct = values.Count;
        return distinct <= MostWholeClasses && 2 * distinct <= target.Count - target.MissingCount
            ? new TaskGuess(TaskKind.Classification, $"'{target.Name}' holds {distinct} different whole numbers, at most {MostWholeClasses}")
            : new TaskGuess(TaskKind.Regression, $"'{target.Name}' holds {distinct:N0} different whole numbers");
    }
}
