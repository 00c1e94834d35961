namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods that find what is wrong with data, mend it, or make less of it do.</summary>
internal static class DataMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("label-errors", "Label errors and confident learning",
            "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks",
            "Northcutt, Athalye, Mueller", "NeurIPS Datasets and Benchmarks", 2021,
            "Finds the rows whose label is probably wrong, ranked, from out-of-sample probabilities; estimates which classes are confused with which, and whether a leaderboard survives the correction.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Data.LabelErrors.LabelIssueFinder", "Ballast.Data.LabelErrors.ConfidentLearning",
                "Ballast.Data.LabelErrors.LabelQuality", "Ballast.Data.LabelErrors.DatasetHealth", "Ballast.Data.LabelErrors.LabelVerdicts", "Ballast.Data.LabelErrors.BenchmarkStability",
            ],
            Commands = ["labels", "check"],
        },
        new("smote", "Over- and under-sampling for rare classes",
            "SMOTE: Synthetic Minority Over-sampling Technique",
            "Chawla, Bowyer, Hall, Kegelmeyer", "Journal of Artificial Intelligence Research 16", 2002,
            "Makes a better training set for rare classes: new rows between minority neighbours, overlapping, noisy and superfluous majority rows removed.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Data.Resampling.Smote", "Ballast.Data.Resampling.SmoteNc", "Ballast.Data.Resampling.SmoteN",
                "Ballast.Data.Resampling.BorderlineSmote", "Ballast.Data.Resampling.Adasyn", "Ballast.Data.Resampling.SmoteEnn", "Ballast.Data.Resampling.SmoteTomek",
                "Ballast.Data.Resampling.TomekLinks", "Ballast.Data.Resampling.EditedNearestNeighbours", "Ballast.Data.Resampling.PriorCorrection", "Ballast.Data.Resampling.RocHull",
            ],
            Commands = ["resample", "check"],
        },
        new("data-pruning", "Data pruning",
            "Beyond neural scaling laws: beating power law scaling via data pruning",
            "Sorscher, Geirhos, Shekhar, Ganguli, Morcos", "NeurIPS", 2022,
            "Says which training rows to drop so that the error on the rest stays lowest, and whether a score orders them better than chance."),
        new("sensitivity-sampling", "Sensitivity sampling and coresets",
            "Sharper Bounds for l_p Sensitivity Sampling",
            "Woodruff, Yasuda", "ICML", 2023,
            "Picks a few hundred weighted rows on which every linear model has nearly the same loss as on the whole table, rare and decisive rows included."),
    ];
}
