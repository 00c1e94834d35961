namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods that find and mend what is wrong with data.</summary>
internal static class DataMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("smote", "Over- and under-sampling for rare classes", "SMOTE: Synthetic Minority Over-sampling Technique",
            "Chawla, Bowyer, Hall, Kegelmeyer", "Journal of Artificial Intelligence Research 16", 2002,
            "Makes a better training set for rare classes: new rows between minority neighbours, redundant and noisy majority rows removed.")
        {
            Types = ["Ballast.Data.Resampling"],
            Commands = ["resample", "check"],
        },
    ];
}
